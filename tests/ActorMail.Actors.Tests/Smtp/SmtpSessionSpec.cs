using ActorMail.Actors.Auth;
using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Net;
using ActorMail.Actors.Smtp;
using ActorMail.Actors.Tests.Net;
using ActorMail.Protocols.Mail;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Smtp;

/// <summary>One SMTP session with a client, over a real store. Whom it asks is played by probes.</summary>
public abstract class SmtpSessionSpec : TestKit
{
    protected static readonly TimeSpan AWhile = TimeSpan.FromMilliseconds(100);

    protected SmtpSessionSpec(ITestOutputHelper output) : base(output: output)
    {
        Resolver = CreateTestProbe("resolver");
        Coordinator = CreateTestProbe("coordinator");
        Authenticator = CreateTestProbe("authenticator");
    }

    protected static SmtpOptions Options { get; } = new() { Hostname = "mail.example.org" };

    protected static MailboxName Bob { get; } = TemporaryStore.NameOf("bob@example.org");

    protected TestProbe Resolver { get; }

    protected TestProbe Coordinator { get; }

    protected TestProbe Authenticator { get; }

    internal TestClient Client { get; } = new();

    internal TemporaryStore Store { get; } = new();

    internal IActorRef Start(
        SmtpOptions? options = null, SessionOptions? session = null, TemporaryStore? store = null,
        SmtpPolicy? policy = null)
    {
        var given = options ?? Options;
        var chosen = given with { Session = session ?? given.Session };
        var services = new SmtpServices(
            Resolver, Coordinator, new LoginServices(Authenticator, new AuthOptions(), SessionTls.None),
            (store ?? Store).Store, chosen.ToSettings(new RecipientOptions { DefaultDomain = "example.org" }),
            TimeProvider.System)
        {
            Policy = policy,
        };
        return Sys.ActorOf(Props.Create(() => new SmtpSessionActor(Client.Connection, services, chosen)));
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        Store.Dispose();
    }
}
