using System.Collections.Immutable;
using System.Net;
using ActorMail.Actors.Auth;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Sasl;
using ActorMail.Storage.Accounts;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Auth;

/// <summary>An authenticator whose time is virtual and whose hashes the spec decides on.</summary>
public abstract class AuthenticatorSpec(ITestOutputHelper output)
    : TestKit(Configuration, output: output)
{
    protected static readonly IPAddress Home = IPAddress.Parse("192.0.2.1");
    protected static readonly IPAddress Elsewhere = IPAddress.Parse("198.51.100.7");
    protected static readonly TimeSpan FailureDelay = TimeSpan.FromSeconds(1);

    private const string Configuration = """
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        akka.test.single-expect-default = 20s
        akka.loglevel = DEBUG
        """;

    private AccountsFixture? _accounts;

    internal AccountsFixture Accounts => _accounts ??= new AccountsFixture();

    protected TestScheduler Clock => (TestScheduler)Sys.Scheduler;

    protected AuthOptions FileMode => new()
    {
        AccountsFile = Accounts.FilePath,
        DefaultDomain = "example.org",
        FailureDelay = FailureDelay,
        // No check waits for another one, so that two rounds settle all.
        MaxConcurrentHashes = 1_000,
        Mechanisms = ["PLAIN", "LOGIN"],
    };

    /// <summary>With SCRAM on offer, so that accounts get keys.</summary>
    protected AuthOptions ScramMode => FileMode with
    {
        Mechanisms = ["SCRAM-SHA-256", "PLAIN"],
        ScramIterations = ScramKeys.MinIterations,
    };

    /// <summary>
    /// With no check given, <c>right</c> is the right password of everybody who exists. With no way given to derive
    /// keys, they are real ones.
    /// </summary>
    protected IActorRef Start(
        AuthOptions options, Func<Secret, string, Task<bool>>? verify = null, KeyDerivation? deriveKeys = null)
    {
        deriveKeys ??= (password, salts) =>
            Task.FromResult(salts.Select(each => ScramKeys.Derive(each.Hash, password, each.Salt)).ToImmutableArray());
        verify ??= (password, hash) =>
            Task.FromResult(password.Value == "right" && hash != PasswordHasher.Dummy);
        return Sys.ActorOf(Props.Create(
            () => new AuthenticatorActor(options, TimeProvider.System, verify, deriveKeys)));
    }

    protected static AuthProtocol.VerifyPassword Login(string user, string password, IPAddress? remote = null) =>
        new(user, new Secret(password), null, remote ?? Home);

    protected static AuthProtocol.VerifyProof Proof(
        string user, ScramHash hash, ScramSalt salt, string password, string? authorizationId = null) =>
        new(user, ScramClient.Prove(hash, salt, password), authorizationId, Home);

    protected ScramSalt SaltOf(IActorRef authenticator, string user, ScramHash? hash = null) =>
        Ask(authenticator, new AuthProtocol.FindSalt(user, hash ?? ScramHash.Sha256))
            .ExpectMsg<AuthProtocol.SaltFound>().Salt;

    /// <summary>Asks in a session of its own.</summary>
    protected TestProbe Ask(IActorRef authenticator, object question)
    {
        var session = CreateTestProbe();
        authenticator.Tell(question, session);
        return session;
    }

    /// <summary>Returns when the actor has done all that was asked, and what it then told itself.</summary>
    protected void Settle(IActorRef authenticator)
    {
        var probe = CreateTestProbe();
        for (var i = 0; i < 2; i++)
        {
            authenticator.Tell(new Identify(i), probe);
            probe.ExpectMsg<ActorIdentity>();
        }
    }

    /// <summary>True if the answer is there; only after <see cref="Settle"/>.</summary>
    protected static bool IsAnswered(TestProbe session) => session.HasMessages;

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _accounts?.Dispose();
    }
}
