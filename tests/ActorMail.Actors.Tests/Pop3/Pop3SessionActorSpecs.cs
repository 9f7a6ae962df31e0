using ActorMail.Actors.Auth;
using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Net;
using ActorMail.Actors.Pop3;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Wire;
using ActorMail.Tests;
using Akka.Actor;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Pop3;

/// <summary>Whom a POP3 session asks, and in what order; the words on the wire are the transcripts' business.</summary>
public sealed class Pop3SessionActorSpecs(ITestOutputHelper output) : Pop3SessionSpec(output)
{
    [Fact]
    [Requirement("A9", "R1939-4-b")]
    public async Task Session_should_lock_the_mailbox_only_after_the_authenticator_agreed()
    {
        StartSession();
        await Client.SendAsync(LoginLines);

        var asked = await Authenticator.ExpectMsgAsync<AuthProtocol.VerifyPassword>();
        Assert.Equal(("alice@example.org", new Secret("wonderland")), (asked.User, asked.Password));
        await Mailboxes.ExpectNoMsgAsync(AWhile);

        Authenticator.Reply(new AuthProtocol.LoginAccepted(Identity));
        await Mailboxes.ExpectMsgAsync(new MailboxProtocol.LockMailbox(Alice, LockTerms.Default));
    }

    [Fact]
    [Requirement("R1939-6-a", "P1")]
    public async Task Session_should_say_goodbye_only_after_the_deletions_are_durable()
    {
        var session = await LogIn(Message(uid: 7, size: 120));
        await Client.SendAsync("DELE 1\r\nQUIT\r\n");

        var asked = await Mailboxes.ExpectMsgAsync<MailboxProtocol.ExpungeAndUnlock>();
        Assert.Equal(7u, Assert.Single(asked.Uids));
        await Mailboxes.ExpectNoMsgAsync(AWhile);
        Assert.Empty(await Client.ReadArrivedAsync());

        session.Tell(new MailboxProtocol.MailboxUnlocked(Alice));
        Assert.Equal(["+OK Message 1 will be deleted at QUIT", "+OK Goodbye"], await Client.ReadToEndAsync());
    }

    [Fact]
    [Requirement("R1939-6-d", "D4")]
    public async Task Session_should_say_so_when_the_deletions_failed()
    {
        var session = await LogIn(Message(uid: 7, size: 120));
        await Client.SendAsync("DELE 1\r\nQUIT\r\n");
        await Mailboxes.ExpectMsgAsync<MailboxProtocol.ExpungeAndUnlock>();

        session.Tell(new MailboxProtocol.ExpungeFailed(Alice));

        Assert.Equal("-ERR [SYS/TEMP] The messages were not deleted", (await Client.ReadToEndAsync())[1]);
    }

    [Fact]
    [Requirement("R1939-6-d")]
    public async Task Session_should_say_nothing_when_it_never_hears_whether_the_deletions_are_done()
    {
        var options = new Pop3Options
        {
            Session = new SessionOptions { AnswerTimeout = TimeSpan.FromMilliseconds(200) },
        };
        await LogIn(options, Message(uid: 7, size: 120));

        await Client.SendAsync("DELE 1\r\nQUIT\r\n");

        Assert.Equal(["+OK Message 1 will be deleted at QUIT"], await Client.ReadToEndAsync());
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

        await Client.SendAsync("DELE 1\r\n" + lastWords);
        Client.HangUp();

        await ExpectTerminatedAsync(session);
        await Mailboxes.ExpectNoMsgAsync(AWhile);
    }

    [Fact]
    [Requirement("R1939-3-l", "P1")]
    public async Task Session_should_delete_nothing_when_the_client_falls_asleep()
    {
        var options = new Pop3Options { Session = new SessionOptions { IdleTimeout = TimeSpan.FromMilliseconds(200) } };
        await LogIn(options, Message(uid: 7, size: 120));

        await Client.SendLineAsync("DELE 1");

        Assert.Equal(2, (await Client.ReadToEndAsync()).Count);
        await Mailboxes.ExpectNoMsgAsync(AWhile);
    }

    [Theory]
    [InlineData("STAT\n", "-ERR [SYS/TEMP] A line ends with CR and LF here, not with LF alone (nc -C sends both)")]
    [InlineData("STAT", "-ERR [SYS/TEMP] Nothing heard for too long, goodbye")]
    [Requirement("R1939-3-c")]
    public async Task Session_should_say_what_was_missing_when_a_line_does_not_end(string line, string farewell)
    {
        var session = new SessionOptions { CommandTimeout = TimeSpan.FromMilliseconds(200) };
        StartSession(new Pop3Options { Session = session });
        await Client.SendAsync(line);
        Assert.Equal(farewell, (await Client.ReadToEndAsync())[^1]);
    }

    [Fact]
    [Requirement("S12")]
    public async Task Session_should_close_when_a_wrong_password_is_one_error_too_many()
    {
        StartSession(new Pop3Options { Session = new SessionOptions { MaxErrors = 1 } });
        await Client.SendAsync(LoginLines + "CAPA\r\n");
        await Authenticator.ExpectMsgAsync<AuthProtocol.VerifyPassword>();
        Authenticator.Reply(AuthProtocol.LoginRefused.Instance);

        Assert.Equal("-ERR [SYS/TEMP] Too many errors, goodbye", (await Client.ReadToEndAsync())[^1]);
    }

    [Fact]
    [Requirement("A2")]
    public async Task Session_should_close_after_three_wrong_passwords()
    {
        StartSession();
        for (var i = 0; i < 3; i++)
        {
            await Client.SendAsync(LoginLines);
            await Authenticator.ExpectMsgAsync<AuthProtocol.VerifyPassword>();
            Authenticator.Reply(AuthProtocol.LoginRefused.Instance);
        }

        var answers = await Client.ReadToEndAsync();

        Assert.Equal(3, answers.Count(line => line == "-ERR [AUTH] Wrong user or password"));
    }

    [Fact]
    [Requirement("R3206-6-a", "R3206-4-a", "R1939-4-d")]
    public async Task Session_should_blame_the_server_when_the_mailbox_cannot_be_opened()
    {
        StartSession();
        await Client.ExpectAsync("+OK POP3 server ready");
        await Client.SendAsync(LoginLines);
        await Authenticator.ExpectMsgAsync<AuthProtocol.VerifyPassword>();
        Authenticator.Reply(new AuthProtocol.LoginAccepted(Identity));
        await Mailboxes.ExpectMsgAsync<MailboxProtocol.LockMailbox>();
        Mailboxes.Reply(new MailboxProtocol.MailboxUnavailable(Alice));

        await Client.ExpectAsync(
            "+OK Send PASS", "-ERR [SYS/TEMP] The mailbox cannot be opened now, try again later");
        Assert.Equal("-ERR Log in first: USER name, then PASS password", await Client.AskAsync("STAT"));
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

        await Client.SendAsync("RETR 1\r\nNOOP\r\n");
        await Mailboxes.ExpectMsgAsync<MailboxProtocol.FetchMessage>();
        session.Tell(new MailboxProtocol.MessageFetched(Alice, 1, slice with { Traits = BodyTraits.HasDot }, []));

        await Client.ExpectAsync($"+OK {length + lines.Length} octets");
        await Client.ExpectAsync([.. lines.Select(line => "." + line), "."]);
        await Client.ExpectAsync("+OK Nothing done");
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
            await Client.SendLineAsync("RETR 1");
            await Mailboxes.ExpectMsgAsync<MailboxProtocol.FetchMessage>();
            Mailboxes.Reply(new MailboxProtocol.MessageFetched(Alice, 7, slice, []));
            await ExpectTerminatedAsync(session);
        });

        Assert.Equal(["+OK 120 octets"], await Client.ReadToEndAsync());
    }

    [Fact]
    [Requirement("R2449-6.6-a")]
    public async Task Session_should_list_a_hundred_thousand_messages_to_a_client_that_pipelines()
    {
        await LogIn([.. Enumerable.Range(1, 100_000).Select(uid => Message((uint)uid, size: 100))]);
        await Client.SendAsync("LIST\r\nUIDL\r\nSTAT\r\n");

        await Client.ExpectAsync("+OK 100000 messages (10000000 octets)");
        await Client.ExpectAsync([.. Enumerable.Range(1, 100_000).Select(number => $"{number} 100"), "."]);
        await Client.ExpectAsync("+OK Unique ids follow");
        await Client.ExpectAsync([.. Enumerable.Range(1, 100_000).Select(number => $"{number} 2a.{number:x}"), "."]);
        await Client.ExpectAsync("+OK 100000 10000000");
    }
}
