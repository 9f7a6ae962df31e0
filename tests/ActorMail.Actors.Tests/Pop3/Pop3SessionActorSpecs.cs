using ActorMail.Actors.Auth;
using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Net;
using ActorMail.Actors.Pop3;
using ActorMail.Actors.Tests.Net;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Wire;
using ActorMail.Storage.Mailboxes;
using ActorMail.Tests;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Pop3;

/// <summary>Whom a POP3 session asks, and in what order; the words on the wire are the transcripts' business.</summary>
public sealed class Pop3SessionActorSpecs : TestKit
{
    private const string Login = "USER alice@example.org\r\nPASS wonderland\r\n";
    private static readonly TimeSpan AWhile = TimeSpan.FromMilliseconds(100);

    private readonly TestClient _client = new();
    private readonly TestProbe _authenticator;
    private readonly TestProbe _mailboxes;
    private readonly MailboxName _alice;
    private readonly LoginIdentity _identity;

    public Pop3SessionActorSpecs(ITestOutputHelper output) : base(output: output)
    {
        _authenticator = CreateTestProbe("authenticator");
        _mailboxes = CreateTestProbe("mailboxes");
        Assert.True(MailboxName.TryFromValue("alice@example.org", out _alice));
        _identity = new LoginIdentity(_alice, new MailAddress("alice", "example.org"));
    }

    [Fact]
    [Requirement("A9", "R1939-4-b")]
    public async Task Session_should_lock_the_mailbox_only_after_the_authenticator_agreed()
    {
        StartSession();
        await _client.SendAsync(Login);

        var asked = await _authenticator.ExpectMsgAsync<AuthProtocol.VerifyPassword>();
        Assert.Equal(("alice@example.org", new Secret("wonderland")), (asked.User, asked.Password));
        await _mailboxes.ExpectNoMsgAsync(AWhile);

        _authenticator.Reply(new AuthProtocol.LoginAccepted(_identity));
        await _mailboxes.ExpectMsgAsync(new MailboxProtocol.LockMailbox(_alice, LockTerms.Default));
    }

    [Fact]
    [Requirement("R1939-6-a", "P1")]
    public async Task Session_should_say_goodbye_only_after_the_deletions_are_durable()
    {
        var session = await LogIn(Message(uid: 7, size: 120));
        await _client.SendAsync("DELE 1\r\nQUIT\r\n");

        var asked = await _mailboxes.ExpectMsgAsync<MailboxProtocol.ExpungeAndUnlock>();
        Assert.Equal(7u, Assert.Single(asked.Uids));
        await _mailboxes.ExpectNoMsgAsync(AWhile);
        Assert.Empty(await _client.ReadArrivedAsync());

        session.Tell(new MailboxProtocol.MailboxUnlocked(_alice));
        Assert.Equal(["+OK Message 1 will be deleted at QUIT", "+OK Goodbye"], await _client.ReadToEndAsync());
    }

    [Fact]
    [Requirement("R1939-6-d", "D4")]
    public async Task Session_should_say_so_when_the_deletions_failed()
    {
        var session = await LogIn(Message(uid: 7, size: 120));
        await _client.SendAsync("DELE 1\r\nQUIT\r\n");
        await _mailboxes.ExpectMsgAsync<MailboxProtocol.ExpungeAndUnlock>();

        session.Tell(new MailboxProtocol.ExpungeFailed(_alice));

        Assert.Equal("-ERR [SYS/TEMP] The messages were not deleted", (await _client.ReadToEndAsync())[1]);
    }

    [Theory]
    [Requirement("P1", "R1939-6-b")]
    [InlineData("")]
    [InlineData("QUIT")]
    [InlineData("QUIT\r")]
    [InlineData("QUIT\n")]
    [InlineData("RSET\r\nQUI")]
    public async Task Session_should_delete_nothing_when_the_client_hangs_up_before_a_whole_quit(string lastWords)
    {
        var session = await LogIn(Message(uid: 7, size: 120));
        await WatchAsync(session);

        await _client.SendAsync("DELE 1\r\n" + lastWords);
        _client.HangUp();

        await ExpectTerminatedAsync(session);
        await _mailboxes.ExpectNoMsgAsync(AWhile);
    }

    [Fact]
    [Requirement("R1939-3-l", "P1")]
    public async Task Session_should_delete_nothing_when_the_client_falls_asleep()
    {
        var options = new Pop3Options { Session = new SessionOptions { IdleTimeout = TimeSpan.FromMilliseconds(200) } };
        await LogIn(options, Message(uid: 7, size: 120));

        await _client.SendLineAsync("DELE 1");

        Assert.Equal(2, (await _client.ReadToEndAsync()).Count);
        await _mailboxes.ExpectNoMsgAsync(AWhile);
    }

    [Fact]
    [Requirement("S12")]
    public async Task Session_should_close_when_a_wrong_password_is_one_error_too_many()
    {
        StartSession(new Pop3Options { Session = new SessionOptions { MaxErrors = 1 } });
        await _client.SendAsync(Login + "CAPA\r\n");
        await _authenticator.ExpectMsgAsync<AuthProtocol.VerifyPassword>();
        _authenticator.Reply(AuthProtocol.LoginRefused.Instance);

        Assert.Equal("-ERR [SYS/TEMP] Too many errors, goodbye", (await _client.ReadToEndAsync())[^1]);
    }

    [Fact]
    [Requirement("A2")]
    public async Task Session_should_close_after_three_wrong_passwords()
    {
        StartSession();
        for (var i = 0; i < 3; i++)
        {
            await _client.SendAsync(Login);
            await _authenticator.ExpectMsgAsync<AuthProtocol.VerifyPassword>();
            _authenticator.Reply(AuthProtocol.LoginRefused.Instance);
        }

        var answers = await _client.ReadToEndAsync();

        Assert.Equal(3, answers.Count(line => line == "-ERR [AUTH] Wrong user or password"));
    }

    [Fact]
    [Requirement("R3206-6-a", "R3206-4-a", "R1939-4-d")]
    public async Task Session_should_blame_the_server_when_the_mailbox_cannot_be_opened()
    {
        StartSession();
        await _client.ExpectAsync("+OK POP3 server ready");
        await _client.SendAsync(Login);
        await _authenticator.ExpectMsgAsync<AuthProtocol.VerifyPassword>();
        _authenticator.Reply(new AuthProtocol.LoginAccepted(_identity));
        await _mailboxes.ExpectMsgAsync<MailboxProtocol.LockMailbox>();
        _mailboxes.Reply(new MailboxProtocol.MailboxUnavailable(_alice));

        await _client.ExpectAsync(
            "+OK Send PASS", "-ERR [SYS/TEMP] The mailbox cannot be opened now, try again later");
        Assert.Equal("-ERR Log in first: USER name, then PASS password", await _client.AskAsync("STAT"));
    }

    [Fact]
    [Requirement("R1939-5-i", "F2")]
    public async Task Message_should_arrive_whole_however_many_steps_it_takes()
    {
        string[] lines = [.. Enumerable.Range(0, 50_000).Select(number => $".line {number}")];
        using var store = new TemporaryStore();
        var slice = store.Deliver(store.Open("alice@example.org"), string.Concat(lines.Select(line => line + "\n")));
        var length = slice.Length;
        var session = await LogIn(Message(uid: 1, size: length + lines.Length));

        await _client.SendAsync("RETR 1\r\nNOOP\r\n");
        await _mailboxes.ExpectMsgAsync(new MailboxProtocol.FetchMessage(_alice, 1));
        session.Tell(new MailboxProtocol.MessageFetched(_alice, 1, slice with { Traits = BodyTraits.HasDot }));

        await _client.ExpectAsync($"+OK {length + lines.Length} octets");
        await _client.ExpectAsync([.. lines.Select(line => "." + line), "."]);
        await _client.ExpectAsync("+OK Nothing done");
    }

    [Fact]
    [Requirement("K8")]
    public async Task Session_should_log_a_failing_disk_once_and_not_take_it_for_a_lost_client()
    {
        var session = await LogIn(Message(uid: 7, size: 120));
        await WatchAsync(session);
        using var store = new TemporaryStore();
        var slice = store.Deliver(store.Open("alice@example.org"), new string('x', 118));
        await File.WriteAllTextAsync(store.PathOf("alice@example.org"), "");

        await EventFilter.Exception<InvalidDataException>().ExpectOneAsync(async () =>
        {
            await _client.SendLineAsync("RETR 1");
            await _mailboxes.ExpectMsgAsync<MailboxProtocol.FetchMessage>();
            _mailboxes.Reply(new MailboxProtocol.MessageFetched(_alice, 7, slice));
            await ExpectTerminatedAsync(session);
        });

        Assert.Equal(["+OK 120 octets"], await _client.ReadToEndAsync());
    }

    [Fact]
    [Requirement("R2449-6.6-a")]
    public async Task Session_should_list_a_hundred_thousand_messages_to_a_client_that_pipelines()
    {
        await LogIn([.. Enumerable.Range(1, 100_000).Select(uid => Message((uint)uid, size: 100))]);
        await _client.SendAsync("LIST\r\nUIDL\r\nSTAT\r\n");

        await _client.ExpectAsync("+OK 100000 messages (10000000 octets)");
        await _client.ExpectAsync([.. Enumerable.Range(1, 100_000).Select(number => $"{number} 100"), "."]);
        await _client.ExpectAsync("+OK Unique ids follow");
        await _client.ExpectAsync([.. Enumerable.Range(1, 100_000).Select(number => $"{number} 2a.{number:x}"), "."]);
        await _client.ExpectAsync("+OK 100000 10000000");
    }

    private static StoredMessage Message(uint uid, long size) =>
        new() { Uid = uid, Length = size, WireLength = size };

    private IActorRef StartSession(Pop3Options? options = null)
    {
        options ??= new Pop3Options();
        var services = new Pop3Services(
            _mailboxes, new LoginServices(_authenticator, new AuthOptions(), SessionTls.None));
        return Sys.ActorOf(Props.Create(
            () => new Pop3SessionActor(_client.Connection, services, options)));
    }

    private Task<IActorRef> LogIn(params StoredMessage[] messages) => LogIn(new Pop3Options(), messages);

    private async Task<IActorRef> LogIn(Pop3Options options, params StoredMessage[] messages)
    {
        var session = StartSession(options);
        await _client.SendAsync(Login);
        await _authenticator.ExpectMsgAsync<AuthProtocol.VerifyPassword>();
        _authenticator.Reply(new AuthProtocol.LoginAccepted(_identity));
        await _mailboxes.ExpectMsgAsync<MailboxProtocol.LockMailbox>();
        _mailboxes.Reply(new MailboxProtocol.MailboxLocked(_alice, new MailboxView(42, 100, 100, [.. messages], [])));
        var size = messages.Sum(message => message.WireLength);
        var count = messages.Length == 1 ? "1 message" : $"{messages.Length} messages";
        await _client.ExpectAsync("+OK POP3 server ready", "+OK Send PASS", $"+OK {count} ({size} octets)");
        return session;
    }
}
