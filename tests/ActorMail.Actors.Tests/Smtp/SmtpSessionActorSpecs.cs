using System.Text;
using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Net;
using ActorMail.Storage.Mailboxes;
using ActorMail.Tests;
using Akka.Actor;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Smtp;

/// <summary>
/// Whom an SMTP session asks, and in what order; the words on the wire are the transcripts' business.
/// </summary>
public sealed class SmtpSessionActorSpecs(ITestOutputHelper output) : SmtpSessionSpec(output)
{
    [Fact]
    [Requirement("D1", "R5321-4.1.1.4-d")]
    public async Task Session_should_acknowledge_only_after_every_copy_is_durable()
    {
        Start();
        await SendMessageAsync("Subject: Hello\r\n\r\nHello\r\n.\r\n");

        var asked = await Coordinator.ExpectMsgAsync<DeliveryProtocol.DeliverMessage>();
        Assert.Equal(Bob, Assert.Single(asked.Mailboxes));
        await ExpectNoMsgAsync(AWhile);
        Assert.Empty(await Client.ReadArrivedAsync());

        Coordinator.Reply(new DeliveryProtocol.MessageDelivered(asked.Id));
        await Client.ExpectAsync($"250 2.0.0 Stored as {asked.Id}");
    }

    [Theory]
    [Requirement("R5321-4.2.1-b", "D5", "K8")]
    [InlineData(AppendFault.StoreFull, "452 4.3.1 ")]
    [InlineData(AppendFault.StoreFailed, "451 4.3.0 ")]
    [InlineData(AppendFault.TooManyPending, "452 4.3.2 ")]
    [InlineData(AppendFault.Aborted, "451 4.3.0 ")]
    public async Task Session_should_ask_for_another_try_when_a_mailbox_refuses(AppendFault fault, string reply)
    {
        Start();
        await SendMessageAsync("Hello\r\n.\r\n");
        var asked = await Coordinator.ExpectMsgAsync<DeliveryProtocol.DeliverMessage>();

        Coordinator.Reply(new DeliveryProtocol.DeliveryFailed(asked.Id, Bob, fault));

        Assert.StartsWith(reply, await Client.ReadLineAsync(), StringComparison.Ordinal);
        Assert.StartsWith("503 ", await Client.AskAsync("DATA"), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("D4", "K8")]
    public async Task Session_should_not_acknowledge_when_the_coordinator_does_not_answer()
    {
        Start(session: new SessionOptions { AnswerTimeout = TimeSpan.FromMilliseconds(200) });
        await SendMessageAsync("Hello\r\n.\r\n");
        await Coordinator.ExpectMsgAsync<DeliveryProtocol.DeliverMessage>();

        Assert.StartsWith("451 4.3.0 ", await Client.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal("250 2.0.0 OK", await Client.AskAsync("NOOP"));
    }

    [Fact]
    public async Task Session_should_ask_for_another_try_when_the_resolver_does_not_answer()
    {
        Start(session: new SessionOptions { AnswerTimeout = TimeSpan.FromMilliseconds(200) });
        await Client.SendAsync("HELO c.example\r\nMAIL FROM:<a@c.example>\r\nRCPT TO:<bob@example.org>\r\n");
        var asked = await Resolver.ExpectMsgAsync<RecipientProtocol.ResolveRecipient>();
        for (var i = 0; i < 3; i++)
            await Client.ReadLineAsync();

        Assert.StartsWith("451 4.3.0 ", await Client.ReadLineAsync(), StringComparison.Ordinal);
        Resolver.Reply(new RecipientProtocol.RecipientResolved(asked.Address, [Bob]));
        Assert.StartsWith("503 ", await Client.AskAsync("DATA"), StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("D7", "R5321-4.1.1.5-c", "R5321-4.1.1.10-b")]
    [InlineData("Hello\r\n")]
    [InlineData("Hello\r\n.")]
    [InlineData("Hello\r\n.\r")]
    [InlineData("")]
    public async Task Session_should_deliver_nothing_when_the_final_dot_never_came(string text)
    {
        var session = Start();
        await WatchAsync(session);
        await SendMessageAsync(text);

        Client.HangUp();

        await ExpectTerminatedAsync(session);
        await Coordinator.ExpectNoMsgAsync(AWhile);
    }

    [Fact]
    [Requirement("D9")]
    public async Task Session_should_finish_a_message_that_is_under_way_when_it_is_drained()
    {
        var session = Start();
        await SendMessageAsync("Hello\r\n");

        session.Tell(NetProtocol.Drain.Instance);
        await Client.SendAsync(".\r\n");
        var asked = await Coordinator.ExpectMsgAsync<DeliveryProtocol.DeliverMessage>();
        Coordinator.Reply(new DeliveryProtocol.MessageDelivered(asked.Id));

        Assert.Equal(
            [$"250 2.0.0 Stored as {asked.Id}", "421 4.3.2 mail.example.org Shutting down, closing"],
            await Client.ReadToEndAsync());
    }

    [Fact]
    [Requirement("F3")]
    public async Task Session_should_end_when_a_message_comes_too_slowly()
    {
        Start(session: new SessionOptions { DataTimeout = TimeSpan.FromMilliseconds(200), MinDataRate = 0 });
        await SendMessageAsync("Hel");

        Assert.Equal(["421 4.4.2 mail.example.org Waited too long, closing"], await Client.ReadToEndAsync());
        await Coordinator.ExpectNoMsgAsync(AWhile);
    }

    [Fact]
    public async Task Session_should_wait_for_the_resolver_before_it_looks_at_the_next_command()
    {
        Start();
        await Client.SendAsync("EHLO c.example\r\nMAIL FROM:<a@c.example>\r\nRCPT TO:<bob@example.org>\r\nDATA\r\n");
        var asked = await Resolver.ExpectMsgAsync<RecipientProtocol.ResolveRecipient>();

        Resolver.Reply(new RecipientProtocol.RecipientUnknown(asked.Address));

        var answers = new List<string?>();
        for (var i = 0; i < 16; i++)
            answers.Add(await Client.ReadLineAsync());
        Assert.Equal("550 5.1.1 There is no mailbox <bob@example.org> here", answers[^2]);
        Assert.StartsWith("503 5.5.1", answers[^1], StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("R1870-6.1-a", "D5")]
    public async Task Session_should_refuse_a_size_that_the_disk_has_no_room_for()
    {
        using var full = new TemporaryStore(new StoreOptions { MinFreeSpace = long.MaxValue / 2 });
        Start(store: full);
        await Client.SendAsync(
            "HELO c.example\r\nMAIL FROM:<a@c.example> SIZE=1000000\r\nRCPT TO:<bob@example.org>\r\n");

        await Client.ExpectAsync("220 mail.example.org ESMTP ActorMail ready", "250 mail.example.org");
        Assert.StartsWith("452 4.3.1 ", await Client.ReadLineAsync(), StringComparison.Ordinal);
        Assert.StartsWith("503 ", await Client.ReadLineAsync(), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("F1")]
    public async Task A_large_message_should_be_on_disk_and_not_in_memory_while_it_comes_in()
    {
        Start();
        await SendMessageAsync("Subject: Large\r\n\r\n");
        var line = Encoding.ASCII.GetBytes(new string('x', 998) + "\r\n");
        for (var i = 0; i < 2_000; i++)
            await Client.SendAsync(line);
        await Client.SendAsync(".\r\n");

        var asked = await Coordinator.ExpectMsgAsync<DeliveryProtocol.DeliverMessage>();

        Assert.Equal("Subject: Large\r\n\r\n".Length + (2_000 * 1_000), asked.Draft.Body.WireLength);
        var spooled = Assert.Single(Directory.GetFiles(Path.Combine(Store.Store.Root, "spool")));
        Assert.Equal(asked.Draft.Body.Length, new FileInfo(spooled).Length);
        asked.Draft.Body.Dispose();
        Assert.False(File.Exists(spooled));
    }

    /// <summary>A transaction up to the 354, and what follows it.</summary>
    private async Task SendMessageAsync(string text)
    {
        await Client.SendAsync("HELO c.example\r\nMAIL FROM:<a@c.example>\r\nRCPT TO:<bob@example.org>\r\n");
        var asked = await Resolver.ExpectMsgAsync<RecipientProtocol.ResolveRecipient>();
        Resolver.Reply(new RecipientProtocol.RecipientResolved(asked.Address, [Bob]));
        await Client.SendAsync("DATA\r\n");
        for (var i = 0; i < 4; i++)
            await Client.ReadLineAsync();
        Assert.StartsWith("354 ", await Client.ReadLineAsync(), StringComparison.Ordinal);
        await Client.SendAsync(text);
    }
}
