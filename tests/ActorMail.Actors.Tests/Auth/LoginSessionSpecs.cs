using System.Text;
using ActorMail.Actors.Auth;
using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Net;
using ActorMail.Actors.Smtp;
using ActorMail.Actors.Tests.Net;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Sasl;
using ActorMail.Tests;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Auth;

/// <summary>What a session asks of the authenticator, and when; SMTP stands for all protocols.</summary>
public sealed class LoginSessionSpecs : TestKit
{
    private static readonly TimeSpan AWhile = TimeSpan.FromMilliseconds(100);
    private static readonly LoginIdentity Bob = new(
        TemporaryStore.NameOf("bob@example.org"), new MailAddress("bob", "example.org"));

    private readonly TestClient _client = new();
    private readonly TestProbe _authenticator;
    private readonly TestProbe _resolver;
    private readonly TemporaryStore _store = new();

    public LoginSessionSpecs(ITestOutputHelper output) : base(VirtualTime.Config, output: output) =>
        (_authenticator, _resolver) = (CreateTestProbe("authenticator"), CreateTestProbe("resolver"));

    [Fact]
    [Requirement("A9", "R3")]
    public async Task Session_should_do_nothing_that_is_pipelined_before_the_verdict()
    {
        await BeginAsync();
        await _client.SendAsync(
            $"AUTH PLAIN {Base64("\0bob\0secret")}\r\nMAIL FROM:<bob@example.org>\r\nRCPT TO:<bob@example.org>\r\n");

        var asked = await _authenticator.ExpectMsgAsync<AuthProtocol.VerifyPassword>();
        Assert.Equal(("bob", "secret", null), (asked.User, asked.Password.Value, asked.AuthorizationId));
        await _resolver.ExpectNoMsgAsync(AWhile);
        Assert.Empty(await _client.ReadArrivedAsync());

        _authenticator.Reply(new AuthProtocol.LoginAccepted(Bob));
        var resolving = await _resolver.ExpectMsgAsync<RecipientProtocol.ResolveRecipient>();
        _resolver.Reply(new RecipientProtocol.RecipientUnknown(resolving.Address));
        await _client.ExpectAsync("235 2.7.0 Logged in", "250 2.1.0 Sender <bob@example.org> OK");
    }

    [Fact]
    [Requirement("R4954-6-b")]
    public async Task Session_should_ask_for_another_try_when_accounts_cannot_be_checked()
    {
        await BeginAsync();
        await _client.SendLineAsync($"AUTH PLAIN {Base64("\0bob\0secret")}");
        await _authenticator.ExpectMsgAsync<AuthProtocol.VerifyPassword>();
        _authenticator.Reply(AuthProtocol.LoginNotChecked.Instance);
        Assert.Equal("454 4.7.0 Logins cannot be checked now, try again later", await _client.ReadLineAsync());
        Assert.StartsWith("530 ", await _client.AskAsync("MAIL FROM:<bob@example.org>"), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("R4954-4-d", "A2")]
    public async Task Session_should_fetch_a_salt_before_it_has_a_proof_checked()
    {
        await BeginAsync();
        await _client.SendLineAsync($"AUTH SCRAM-SHA-256 {Base64("n,,n=bob,r=abc")}");
        var salted = await _authenticator.ExpectMsgAsync<AuthProtocol.FindSalt>();
        Assert.Equal(("bob", ScramHash.Sha256), (salted.User, salted.Hash));
        _authenticator.Reply(new AuthProtocol.SaltFound(new ScramSalt("12345678"u8.ToArray(), 4_096)));
        Assert.Equal($"334 {Base64("r=abcNONCE,s=MTIzNDU2Nzg=,i=4096")}", await _client.ReadLineAsync());

        var proof = Convert.ToBase64String(new byte[32]);
        await _client.SendLineAsync(Base64($"c=biws,r=abcNONCE,p={proof}"));
        var asked = await _authenticator.ExpectMsgAsync<AuthProtocol.VerifyProof>();
        Assert.Equal(
            "n=bob,r=abc,r=abcNONCE,s=MTIzNDU2Nzg=,i=4096,c=biws,r=abcNONCE",
            Encoding.ASCII.GetString(asked.Proof.AuthMessage.Span));

        _authenticator.Reply(new AuthProtocol.LoginAccepted(Bob, "signature"u8.ToArray()));
        Assert.Equal($"334 {Base64($"v={Base64("signature")}")}", await _client.ReadLineAsync());
        Assert.StartsWith("235 ", await _client.AskAsync(""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_should_take_no_verdict_that_it_did_not_ask_for()
    {
        var session = await BeginAsync();
        session.Tell(new AuthProtocol.LoginAccepted(Bob), _authenticator);
        Assert.StartsWith("530 ", await _client.AskAsync("MAIL FROM:<bob@example.org>"), StringComparison.Ordinal);

        await _client.SendLineAsync($"AUTH SCRAM-SHA-256 {Base64("n,,n=bob,r=abc")}");
        await _authenticator.ExpectMsgAsync<AuthProtocol.FindSalt>();
        session.Tell(new AuthProtocol.LoginAccepted(Bob), _authenticator);
        await _authenticator.ExpectNoMsgAsync(AWhile);
        Assert.Empty(await _client.ReadArrivedAsync());
    }

    [Fact]
    public async Task Session_should_end_when_nobody_answers_for_a_login()
    {
        await BeginAsync();
        await _client.SendLineAsync($"AUTH PLAIN {Base64("\0bob\0secret")}");
        await _authenticator.ExpectMsgAsync<AuthProtocol.VerifyPassword>();
        var rest = _client.ReadToEndAsync();
        await AwaitAssertAsync(() =>
        {
            ((TestScheduler)Sys.Scheduler).Advance(TimeSpan.FromSeconds(30));
            Assert.True(rest.IsCompleted);
        });
        Assert.StartsWith("421 4.3.0 ", Assert.Single(await rest), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("R4954-4-i", "A6")]
    public async Task Session_should_take_lines_of_12288_octets_in_a_login_and_none_that_is_longer()
    {
        await BeginAsync();
        var longest = Base64("\0bob\0" + new string('x', 12_288 / 4 * 3 - 5));
        Assert.Equal(12_288, longest.Length);
        foreach (var line in new[] { $"AUTH PLAIN {longest}", longest })
        {
            if (line == longest)
                Assert.Equal("334 ", await _client.AskAsync("AUTH PLAIN"));
            await _client.SendLineAsync(line);
            await _authenticator.ExpectMsgAsync<AuthProtocol.VerifyPassword>();
            _authenticator.Reply(AuthProtocol.LoginRefused.Instance);
            Assert.StartsWith("535 ", await _client.ReadLineAsync(), StringComparison.Ordinal);
        }

        Assert.Equal("334 ", await _client.AskAsync("AUTH PLAIN"));
        Assert.StartsWith("500 5.5.6 ", await _client.AskAsync(new string('A', 100_000)), StringComparison.Ordinal);
        Assert.StartsWith(
            "500 5.5.2 ", await _client.AskAsync("NOOP " + new string('x', 3_000)), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await _client.AskAsync("NOOP"), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("A6")]
    public async Task Session_should_take_hundreds_of_cancels()
    {
        await BeginAsync(maxErrors: 10_000);
        for (var i = 0; i < 500; i++)
        {
            Assert.Equal("334 ", await _client.AskAsync("AUTH PLAIN"));
            Assert.Equal("501 5.7.0 Login cancelled", await _client.AskAsync("*"));
        }

        await _authenticator.ExpectNoMsgAsync(TimeSpan.Zero);
        Assert.Equal("334 ", await _client.AskAsync("AUTH PLAIN"));
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _store.Dispose();
    }

    private async Task<IActorRef> BeginAsync(int maxErrors = 100)
    {
        var options = new SmtpOptions
        {
            Hostname = "mail.example.org",
            Submission = new SubmissionOptions(),
            Session = new SessionOptions { Time = new VirtualTime(Sys.Scheduler), MaxErrors = maxErrors },
        };
        var logins = new LoginServices(
            _authenticator, new AuthOptions { MakeNonce = () => "NONCE" }, SessionTls.None);
        var recipients = new RecipientOptions { DefaultDomain = "example.org" };
        var services = new SmtpServices(
            _resolver, ActorRefs.Nobody, logins, _store.Store, options.ToSettings(recipients), TimeProvider.System);
        var session = Sys.ActorOf(Props.Create(() => new SmtpSessionActor(_client.Connection, services, options)));
        await _client.SendLineAsync("EHLO c.example");
        while (await _client.ReadLineAsync() is not "250 HELP")
        {
            // The greeting, and what is offered.
        }

        return session;
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.Latin1.GetBytes(text));
}
