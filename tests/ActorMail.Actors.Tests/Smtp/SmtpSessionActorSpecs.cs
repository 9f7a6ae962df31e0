using System.Text;
using ActorMail.Actors.Auth;
using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Net;
using ActorMail.Actors.Smtp;
using ActorMail.Actors.Tests.Net;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Mailboxes;
using ActorMail.Tests;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Smtp;

/// <summary>
/// Whom an SMTP session asks, and in what order; the words on the wire are the transcripts' business.
/// </summary>
public sealed class SmtpSessionActorSpecs : TestKit
{
    private static readonly TimeSpan AWhile = TimeSpan.FromMilliseconds(100);

    private readonly TestClient _client = new();
    private readonly TestProbe _resolver;
    private readonly TestProbe _coordinator;
    private readonly TestProbe _authenticator;
    private readonly TemporaryStore _store = new();
    private readonly MailboxName _bob = TemporaryStore.NameOf("bob@example.org");

    public SmtpSessionActorSpecs(ITestOutputHelper output) : base(output: output)
    {
        _resolver = CreateTestProbe("resolver");
        _coordinator = CreateTestProbe("coordinator");
        _authenticator = CreateTestProbe("authenticator");
    }

    [Fact]
    [Requirement("D1", "R5321-4.1.1.4-d")]
    public async Task Session_should_acknowledge_only_after_every_copy_is_durable()
    {
        StartSession();
        await SendMessageAsync("Subject: Hello\r\n\r\nHello\r\n.\r\n");

        var asked = await _coordinator.ExpectMsgAsync<DeliveryProtocol.DeliverMessage>();
        Assert.Equal(_bob, Assert.Single(asked.Mailboxes));
        await ExpectNoMsgAsync(AWhile);
        Assert.Empty(await _client.ReadArrivedAsync());

        _coordinator.Reply(new DeliveryProtocol.MessageDelivered(asked.Id));
        await _client.ExpectAsync($"250 2.0.0 Stored as {asked.Id}");
    }

    [Theory]
    [Requirement("R5321-4.2.1-b", "D5", "K8")]
    [InlineData(AppendFault.StoreFull, "452 4.3.1 ")]
    [InlineData(AppendFault.StoreFailed, "451 4.3.0 ")]
    [InlineData(AppendFault.TooManyPending, "452 4.3.2 ")]
    [InlineData(AppendFault.Aborted, "451 4.3.0 ")]
    public async Task Session_should_ask_for_another_try_when_a_mailbox_refuses(AppendFault fault, string reply)
    {
        StartSession();
        await SendMessageAsync("Hello\r\n.\r\n");
        var asked = await _coordinator.ExpectMsgAsync<DeliveryProtocol.DeliverMessage>();

        _coordinator.Reply(new DeliveryProtocol.DeliveryFailed(asked.Id, _bob, fault));

        Assert.StartsWith(reply, await _client.ReadLineAsync(), StringComparison.Ordinal);
        Assert.StartsWith("503 ", await _client.AskAsync("DATA"), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("D4", "K8")]
    public async Task Session_should_not_acknowledge_when_the_coordinator_does_not_answer()
    {
        StartSession(new SessionOptions { AnswerTimeout = TimeSpan.FromMilliseconds(200) });
        await SendMessageAsync("Hello\r\n.\r\n");
        await _coordinator.ExpectMsgAsync<DeliveryProtocol.DeliverMessage>();

        Assert.StartsWith("451 4.3.0 ", await _client.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal("250 2.0.0 OK", await _client.AskAsync("NOOP"));
    }

    [Fact]
    public async Task Session_should_ask_for_another_try_when_the_resolver_does_not_answer()
    {
        StartSession(new SessionOptions { AnswerTimeout = TimeSpan.FromMilliseconds(200) });
        await _client.SendAsync("HELO c.example\r\nMAIL FROM:<a@c.example>\r\nRCPT TO:<bob@example.org>\r\n");
        var asked = await _resolver.ExpectMsgAsync<RecipientProtocol.ResolveRecipient>();
        for (var i = 0; i < 3; i++)
            await _client.ReadLineAsync();

        Assert.StartsWith("451 4.3.0 ", await _client.ReadLineAsync(), StringComparison.Ordinal);
        _resolver.Reply(new RecipientProtocol.RecipientResolved(asked.Address, [_bob]));
        Assert.StartsWith("503 ", await _client.AskAsync("DATA"), StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("D7", "R5321-4.1.1.5-c", "R5321-4.1.1.10-b")]
    [InlineData("Hello\r\n")]
    [InlineData("Hello\r\n.")]
    [InlineData("Hello\r\n.\r")]
    [InlineData("")]
    public async Task Session_should_deliver_nothing_when_the_final_dot_never_came(string text)
    {
        var session = StartSession();
        await WatchAsync(session);
        await SendMessageAsync(text);

        _client.HangUp();

        await ExpectTerminatedAsync(session);
        await _coordinator.ExpectNoMsgAsync(AWhile);
    }

    [Fact]
    [Requirement("D9")]
    public async Task Session_should_finish_a_message_that_is_under_way_when_it_is_drained()
    {
        var session = StartSession();
        await SendMessageAsync("Hello\r\n");

        session.Tell(NetProtocol.Drain.Instance);
        await _client.SendAsync(".\r\n");
        var asked = await _coordinator.ExpectMsgAsync<DeliveryProtocol.DeliverMessage>();
        _coordinator.Reply(new DeliveryProtocol.MessageDelivered(asked.Id));

        Assert.Equal(
            [$"250 2.0.0 Stored as {asked.Id}", "421 4.3.2 mail.example.org Shutting down, closing"],
            await _client.ReadToEndAsync());
    }

    [Fact]
    [Requirement("F3")]
    public async Task Session_should_end_when_a_message_comes_too_slowly()
    {
        StartSession(new SessionOptions { DataTimeout = TimeSpan.FromMilliseconds(200), MinDataRate = 0 });
        await SendMessageAsync("Hel");

        Assert.Equal(["421 4.4.2 mail.example.org Waited too long, closing"], await _client.ReadToEndAsync());
        await _coordinator.ExpectNoMsgAsync(AWhile);
    }

    [Fact]
    public async Task Session_should_wait_for_the_resolver_before_it_looks_at_the_next_command()
    {
        StartSession();
        await _client.SendAsync("EHLO c.example\r\nMAIL FROM:<a@c.example>\r\nRCPT TO:<bob@example.org>\r\nDATA\r\n");
        var asked = await _resolver.ExpectMsgAsync<RecipientProtocol.ResolveRecipient>();

        _resolver.Reply(new RecipientProtocol.RecipientUnknown(asked.Address));

        var answers = new List<string?>();
        for (var i = 0; i < 16; i++)
            answers.Add(await _client.ReadLineAsync());
        Assert.Equal("550 5.1.1 There is no mailbox <bob@example.org> here", answers[^2]);
        Assert.StartsWith("503 5.5.1", answers[^1], StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("R1870-6.1-a", "D5")]
    public async Task Session_should_refuse_a_size_that_the_disk_has_no_room_for()
    {
        using var full = new TemporaryStore(new StoreOptions { MinFreeSpace = long.MaxValue / 2 });
        StartSession(store: full);
        await _client.SendAsync(
            "HELO c.example\r\nMAIL FROM:<a@c.example> SIZE=1000000\r\nRCPT TO:<bob@example.org>\r\n");

        await _client.ExpectAsync("220 mail.example.org ESMTP ActorMail ready", "250 mail.example.org");
        Assert.StartsWith("452 4.3.1 ", await _client.ReadLineAsync(), StringComparison.Ordinal);
        Assert.StartsWith("503 ", await _client.ReadLineAsync(), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("F1")]
    public async Task A_large_message_should_be_on_disk_and_not_in_memory_while_it_comes_in()
    {
        StartSession();
        await SendMessageAsync("Subject: Large\r\n\r\n");
        var line = Encoding.ASCII.GetBytes(new string('x', 998) + "\r\n");
        for (var i = 0; i < 2_000; i++)
            await _client.SendAsync(line);
        await _client.SendAsync(".\r\n");

        var asked = await _coordinator.ExpectMsgAsync<DeliveryProtocol.DeliverMessage>();

        Assert.Equal("Subject: Large\r\n\r\n".Length + (2_000 * 1_000), asked.Draft.Body.WireLength);
        var spooled = Assert.Single(Directory.GetFiles(Path.Combine(_store.Store.Root, "spool")));
        Assert.Equal(asked.Draft.Body.Length, new FileInfo(spooled).Length);
        asked.Draft.Body.Dispose();
        Assert.False(File.Exists(spooled));
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _store.Dispose();
    }

    private IActorRef StartSession(SessionOptions? session = null, TemporaryStore? store = null)
    {
        var options = new SmtpOptions { Hostname = "mail.example.org", Session = session ?? new SessionOptions() };
        var services = new SmtpServices(
            _resolver, _coordinator, new LoginServices(_authenticator, new AuthOptions(), SessionTls.None),
            (store ?? _store).Store, options.ToSettings(new RecipientOptions { DefaultDomain = "example.org" }),
            TimeProvider.System);
        return Sys.ActorOf(Props.Create(() => new SmtpSessionActor(_client.Connection, services, options)));
    }

    /// <summary>A transaction up to the 354, and what follows it.</summary>
    private async Task SendMessageAsync(string text)
    {
        await _client.SendAsync("HELO c.example\r\nMAIL FROM:<a@c.example>\r\nRCPT TO:<bob@example.org>\r\n");
        var asked = await _resolver.ExpectMsgAsync<RecipientProtocol.ResolveRecipient>();
        _resolver.Reply(new RecipientProtocol.RecipientResolved(asked.Address, [_bob]));
        await _client.SendAsync("DATA\r\n");
        for (var i = 0; i < 4; i++)
            await _client.ReadLineAsync();
        Assert.StartsWith("354 ", await _client.ReadLineAsync(), StringComparison.Ordinal);
        await _client.SendAsync(text);
    }
}
