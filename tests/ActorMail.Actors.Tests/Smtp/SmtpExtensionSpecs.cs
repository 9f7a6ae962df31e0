using System.Collections.Immutable;
using System.Text;
using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Net;
using ActorMail.Protocols.Mail;
using ActorMail.Tests;
using Akka.Actor;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Smtp;

/// <summary>Chunks and LMTP: what a session asks of others, and when it answers. The others are probes.</summary>
public sealed class SmtpExtensionSpecs(ITestOutputHelper output) : SmtpSessionSpec(output)
{
    private readonly MailboxName _ann = TemporaryStore.NameOf("ann@example.org");

    [Fact]
    [Requirement("R3030-2-b", "D1")]
    public async Task Chunks_should_be_answered_as_they_come_and_the_message_when_it_is_durable()
    {
        Start();
        await BeginAsync("HELO", Bob);
        await Client.SendAsync("BDAT 6\r\nA: b\r\nBDAT 3\r\n\r\nc");
        await Client.ExpectAsync("250 2.0.0 6 octets received", "250 2.0.0 9 octets received");
        await Coordinator.ExpectNoMsgAsync(AWhile);

        await Client.SendAsync("BDAT 1 LAST\r\nd");
        var asked = await Coordinator.ExpectMsgAsync<DeliveryProtocol.DeliverMessage>();
        Assert.Equal("A: b\n\ncd", Encoding.ASCII.GetString(ContentOf(asked)));
        await ExpectNoMsgAsync(AWhile);
        Assert.Empty(await Client.ReadArrivedAsync());

        Coordinator.Reply(new DeliveryProtocol.MessageDelivered(asked.Id));
        await Client.ExpectAsync($"250 2.0.0 Stored as {asked.Id}");
        Assert.StartsWith("503 ", await Client.AskAsync("BDAT 0 LAST"), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("R3030-2-b", "D11")]
    public async Task A_last_chunk_of_nothing_should_end_what_was_left_open()
    {
        Start();
        await BeginAsync("HELO", Bob);
        await Client.SendAsync("BDAT 7\r\nA: b\r\n\rBDAT 0 LAST\r\n");

        var asked = await Coordinator.ExpectMsgAsync<DeliveryProtocol.DeliverMessage>();
        Assert.Equal("A: b\r\n\r", Encoding.ASCII.GetString(ContentOf(asked)));
    }

    [Theory]
    [Requirement("D7", "R3030-2-b")]
    [InlineData("BDAT 6\r\nA: b\r\n")]
    [InlineData("BDAT 6 LAST\r\nA: b\r")]
    [InlineData("BDAT 6 LAST\r\n")]
    public async Task A_message_whose_last_chunk_never_came_should_be_dropped(string text)
    {
        var session = Start();
        await WatchAsync(session);
        await BeginAsync("HELO", Bob);
        await Client.SendAsync(text);

        Client.HangUp();

        await ExpectTerminatedAsync(session);
        await Coordinator.ExpectNoMsgAsync(AWhile);
        Assert.Empty(Directory.GetFiles(Path.Combine(Store.Store.Root, "spool")));
    }

    [Fact]
    [Requirement("D9")]
    public async Task A_draining_session_should_take_the_chunk_that_has_begun_and_no_other()
    {
        var session = Start();
        await BeginAsync("HELO", Bob);
        await Client.SendAsync("NOOP\r\nBDAT 6\r\nA: ");
        await Client.ExpectAsync("250 2.0.0 OK");

        session.Tell(NetProtocol.Drain.Instance);
        await Client.SendAsync("b\r\n");

        Assert.Equal(
            ["250 2.0.0 6 octets received", "421 4.3.2 mail.example.org Shutting down, closing"],
            await Client.ReadToEndAsync());
        await Coordinator.ExpectNoMsgAsync(AWhile);
    }

    [Fact]
    [Requirement("D9")]
    public async Task A_draining_session_should_finish_a_last_chunk_that_has_begun()
    {
        var session = Start();
        await BeginAsync("HELO", Bob);
        await Client.SendAsync("NOOP\r\nBDAT 6 LAST\r\nA: ");
        await Client.ExpectAsync("250 2.0.0 OK");

        session.Tell(NetProtocol.Drain.Instance);
        await Client.SendAsync("b\r\n");
        var asked = await Coordinator.ExpectMsgAsync<DeliveryProtocol.DeliverMessage>();
        Coordinator.Reply(new DeliveryProtocol.MessageDelivered(asked.Id));

        Assert.Equal(
            [$"250 2.0.0 Stored as {asked.Id}", "421 4.3.2 mail.example.org Shutting down, closing"],
            await Client.ReadToEndAsync());
    }

    [Fact]
    [Requirement("D9")]
    public async Task A_draining_session_should_not_wait_for_a_message_that_has_not_begun()
    {
        var session = Start();
        await BeginAsync("HELO", Bob);

        session.Tell(NetProtocol.Drain.Instance);

        Assert.Equal(["421 4.3.2 mail.example.org Shutting down, closing"], await Client.ReadToEndAsync());
    }

    [Fact]
    [Requirement("R2033-4.2-a", "R2033-4.2-b")]
    public async Task LMTP_should_say_the_truth_of_each_recipient()
    {
        Start(Options with { IsLmtp = true });
        await BeginAsync("LHLO", _ann, Bob);
        await Client.SendAsync("DATA\r\nA: b\r\n.\r\n");
        var asked = await Coordinator.ExpectMsgAsync<DeliveryProtocol.DeliverMessage>();
        Assert.Equal([[_ann], [Bob]], asked.Groups.Select(group => group.ToArray()));

        Coordinator.Reply(new DeliveryProtocol.MessageDelivered(asked.Id)
        {
            Refused = ImmutableDictionary<MailboxName, AppendFault>.Empty.Add(_ann, AppendFault.TooManyPending),
        });

        await Client.ExpectAsync(
            "354 Send the message; end it with <CRLF>.<CRLF>",
            "452 4.3.2 Too many messages wait for this mailbox; try again later",
            $"250 2.0.0 <bob@example.org> Stored as {asked.Id}");
        Assert.Equal("250 2.0.0 OK", await Client.AskAsync("NOOP"));
    }

    [Fact]
    [Requirement("R2033-4.2-b", "K8")]
    public async Task LMTP_should_promise_nobody_anything_when_nothing_was_stored()
    {
        Start(Options with { IsLmtp = true });
        await BeginAsync("LHLO", _ann, Bob);
        await Client.SendAsync("DATA\r\nA: b\r\n.\r\n");
        var asked = await Coordinator.ExpectMsgAsync<DeliveryProtocol.DeliverMessage>();

        Coordinator.Reply(new DeliveryProtocol.DeliveryFailed(asked.Id, Bob, AppendFault.StoreFailed)
        {
            Refused = ImmutableDictionary<MailboxName, AppendFault>.Empty.Add(_ann, AppendFault.StoreFull),
        });

        await Client.ExpectAsync(
            "354 Send the message; end it with <CRLF>.<CRLF>",
            "452 4.3.1 There is no space left for this message; try again later",
            "451 4.3.0 The message could not be stored; try again later");
    }

    [Fact]
    public async Task A_copy_by_another_name_should_say_so_and_the_others_should_not()
    {
        Start();
        await Client.SendAsync("HELO c.example\r\nMAIL FROM:<a@c.example>\r\n");
        await Client.SendAsync("RCPT TO:<ann@example.org>\r\nRCPT TO:<bob+news@example.org>\r\n");
        foreach (var mailbox in new[] { _ann, Bob })
        {
            var address = (await Resolver.ExpectMsgAsync<RecipientProtocol.ResolveRecipient>()).Address;
            Resolver.Reply(new RecipientProtocol.RecipientResolved(address, [mailbox]));
        }

        await Client.SendAsync("DATA\r\nA: b\r\n.\r\n");
        var asked = await Coordinator.ExpectMsgAsync<DeliveryProtocol.DeliverMessage>();

        var (other, prefix) = Assert.Single(asked.Prefixes);
        Assert.Equal(Bob, other);
        Assert.Contains(
            "\nDelivered-To: bob+news@example.org\n", Encoding.ASCII.GetString(prefix.Span), StringComparison.Ordinal);
        Assert.DoesNotContain(
            "Delivered-To", Encoding.ASCII.GetString(asked.Draft.Prefix.Span), StringComparison.Ordinal);
    }

    private static byte[] ContentOf(DeliveryProtocol.DeliverMessage message)
    {
        var content = new byte[message.Draft.Body.Length];
        Assert.Equal(content.Length, message.Draft.Body.Read(0, content));
        return content;
    }

    /// <summary>A transaction up to its recipients.</summary>
    private async Task BeginAsync(string hello, params MailboxName[] mailboxes)
    {
        await Client.SendAsync($"{hello} c.example\r\nMAIL FROM:<a@c.example>\r\n");
        foreach (var mailbox in mailboxes)
        {
            await Client.SendAsync($"RCPT TO:<{mailbox.Value}>\r\n");
            var asked = await Resolver.ExpectMsgAsync<RecipientProtocol.ResolveRecipient>();
            Resolver.Reply(new RecipientProtocol.RecipientResolved(asked.Address, [mailbox]));
        }

        for (var accepted = 0; accepted < mailboxes.Length;)
        {
            var line = await Client.ReadLineAsync();
            Assert.Matches("^2", line);
            accepted += line!.StartsWith("250 2.1.5", StringComparison.Ordinal) ? 1 : 0;
        }
    }
}
