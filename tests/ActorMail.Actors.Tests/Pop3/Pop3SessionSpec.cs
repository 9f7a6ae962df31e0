using ActorMail.Actors.Auth;
using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Net;
using ActorMail.Actors.Pop3;
using ActorMail.Actors.Tests.Net;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Mailboxes;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Pop3;

/// <summary>One POP3 session with a client. Whom it asks is played by probes.</summary>
public abstract class Pop3SessionSpec : TestKit
{
    protected const string LoginLines = "USER alice@example.org\r\nPASS wonderland\r\n";
    protected static readonly TimeSpan AWhile = TimeSpan.FromMilliseconds(100);

    protected Pop3SessionSpec(ITestOutputHelper output) : base(output: output)
    {
        Authenticator = CreateTestProbe("authenticator");
        Mailboxes = CreateTestProbe("mailboxes");
    }

    protected static MailboxName Alice { get; } = TemporaryStore.NameOf("alice@example.org");

    protected static LoginIdentity Identity { get; } = new(Alice, new MailAddress("alice", "example.org"));

    protected TestProbe Authenticator { get; }

    protected TestProbe Mailboxes { get; }

    internal TestClient Client { get; } = new();

    protected static StoredMessage Message(uint uid, long size) =>
        new() { Uid = uid, Length = size, WireLength = size };

    protected IActorRef StartSession(Pop3Options? options = null)
    {
        options ??= new Pop3Options();
        var services = new Pop3Services(
            Mailboxes, new LoginServices(Authenticator, new AuthOptions(), SessionTls.None));
        return Sys.ActorOf(Props.Create(
            () => new Pop3SessionActor(Client.Connection, services, options)));
    }

    protected Task<IActorRef> LogIn(params StoredMessage[] messages) => LogIn(new Pop3Options(), messages);

    protected async Task<IActorRef> LogIn(Pop3Options options, params StoredMessage[] messages)
    {
        var session = StartSession(options);
        await Client.ExpectAsync("+OK POP3 server ready");
        await Client.SendAsync(LoginLines);
        await Client.ExpectAsync("+OK Send PASS", await OpenAsync(messages));
        return session;
    }

    /// <summary>Plays those whom a login asks; gives what the client is told.</summary>
    protected async Task<string> OpenAsync(params StoredMessage[] messages)
    {
        await Authenticator.ExpectMsgAsync<AuthProtocol.VerifyPassword>();
        Authenticator.Reply(new AuthProtocol.LoginAccepted(Identity));
        await Mailboxes.ExpectMsgAsync<MailboxProtocol.LockMailbox>();
        Mailboxes.Reply(new MailboxProtocol.MailboxLocked(Alice, new MailboxView(42, 100, 100, [.. messages], [])));
        var count = messages.Length == 1 ? "1 message" : $"{messages.Length} messages";
        return $"+OK {count} ({messages.Sum(message => message.WireLength)} octets)";
    }
}
