using ActorMail.Actors.Auth;
using ActorMail.Actors.Net;
using ActorMail.Actors.Pop3;
using ActorMail.Tests;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Net;

/// <summary>How a session begins with TLS, whatever its protocol; POP3 stands for all. Time is virtual here.</summary>
public sealed class SessionTlsSpecs(ITestOutputHelper output) : TestKit(VirtualTime.Config, output: output)
{
    private const string Greeting = "+OK POP3 server ready";

    private readonly TestClient _client = new();

    private TestScheduler Clock => (TestScheduler)Sys.Scheduler;

    [Fact]
    [Requirement("R2595-4-a", "R3207-6-a", "T1")]
    public async Task Session_should_close_and_run_nothing_when_the_client_goes_on_in_clear()
    {
        var authenticator = CreateTestProbe();
        StartSession(TestIdentity.Single, authenticator: authenticator);
        await _client.ExpectAsync(Greeting);
        Assert.Equal("+OK Begin TLS", await _client.AskAsync("STLS"));

        await _client.SendAsync("USER bob\r\nPASS secret\r\n");

        await ExpectClosedAsync();
        await authenticator.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    [Requirement("R8314-3.1-a", "R8314-3.3-a")]
    public async Task Session_should_say_nothing_in_clear_where_TLS_comes_first()
    {
        StartSession(TestIdentity.Single, isImplicit: true);

        await _client.SendAsync("CAPA\r\n");

        await ExpectClosedAsync();
    }

    [Theory]
    [Requirement("T3", "F3")]
    [InlineData("")]
    [InlineData("\x16\x03\x01\x02\x00\x01")]
    public async Task Session_should_end_when_a_handshake_takes_too_long(string begun)
    {
        var session = await WatchAsync(StartSession(TestIdentity.Single, isImplicit: true));
        await _client.SendAsync(begun);
        await _client.ServerIsIdle();

        Clock.Advance(TimeSpan.FromSeconds(29));
        await ExpectNoMsgAsync(TimeSpan.Zero);
        await AwaitAssertAsync(async () =>
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            await ExpectTerminatedAsync(session, TimeSpan.FromMilliseconds(50));
        });
        await ExpectClosedAsync();
    }

    [Fact]
    [Requirement("T3", "D9")]
    public async Task Session_should_end_at_once_in_a_handshake_when_the_server_stops()
    {
        var session = await WatchAsync(StartSession(TestIdentity.Single, isImplicit: true));
        await _client.ServerIsIdle();

        session.Tell(NetProtocol.Drain.Instance);

        await ExpectTerminatedAsync(session);
        await ExpectClosedAsync();
    }

    [Fact]
    [Requirement("R3207-4-d")]
    public async Task Session_should_close_when_the_certificates_are_gone_in_mid_handshake()
    {
        var identities = TestIdentity.Of(TestIdentity.Of("mail.example.org"));
        StartSession(identities);
        await _client.ExpectAsync(Greeting);
        Assert.Equal("+OK Begin TLS", await _client.AskAsync("STLS"));
        identities.Replace([]);

        await Assert.ThrowsAnyAsync<IOException>(() => _client.SecureAsync());
    }

    [Fact]
    public async Task Session_should_show_the_certificate_of_the_name_that_is_asked_for()
    {
        var identities = TestIdentity.Of(
            TestIdentity.Of("mail.example.org"), TestIdentity.Of("*.example.net", "b.example"));
        foreach (var (name, subject) in new[]
        {
            ("mail.example.org", "CN=mail.example.org"), ("imap.example.net", "CN=*.example.net"),
            ("B.example", "CN=*.example.net"), ("a.b.example.net", "CN=mail.example.org"),
            ("other.example", "CN=mail.example.org"), (null, "CN=mail.example.org"),
        })
        {
            var client = new TestClient();
            StartSession(identities, isImplicit: true, client: client);
            await client.SecureAsync(name);
            Assert.Equal((name, subject), (name, client.ServerSubject));
            await client.ExpectAsync(Greeting);
        }
    }

    [Fact]
    public async Task Session_should_use_a_new_certificate_once_it_is_there()
    {
        var identities = TestIdentity.Of(TestIdentity.Of("old.example.org"));
        StartSession(identities);
        await _client.ExpectAsync(Greeting);
        identities.Replace([TestIdentity.Of("new.example.org")]);

        Assert.Equal("+OK Begin TLS", await _client.AskAsync("STLS"));
        await _client.SecureAsync();

        Assert.Equal("CN=new.example.org", _client.ServerSubject);
        Assert.StartsWith("-ERR Log in", await _client.AskAsync("STAT"), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("T4")]
    public async Task Session_should_speak_TLS_1_3_with_who_can_and_never_less_than_1_2()
    {
        var server = _client.Connection;
        StartSession(TestIdentity.Single, isImplicit: true);
        await _client.SecureAsync();
        await _client.ExpectAsync(Greeting);
        Assert.Equal("TLSv1.3", server.Tls!.Version);
        Assert.StartsWith("TLS_", server.Tls.Cipher, StringComparison.Ordinal);
        Assert.Equal(32, server.Tls.EndPointBinding.Length);
    }

    [Fact]
    [Requirement("R8314-4.2-a")]
    public async Task Session_should_ask_for_no_certificate_of_the_client()
    {
        StartSession(TestIdentity.Single, isImplicit: true);
        await _client.SecureAsync();
        await _client.ExpectAsync(Greeting);
        Assert.False(_client.WasAskedForCertificate);
    }

    private IActorRef StartSession(
        TlsIdentities identities, bool isImplicit = false, TestClient? client = null, IActorRef? authenticator = null)
    {
        var options = new Pop3Options { Session = new SessionOptions { Time = new VirtualTime(Sys.Scheduler) } };
        var tls = new SessionTls(identities, isImplicit);
        var logins = new LoginServices(authenticator ?? ActorRefs.Nobody, new AuthOptions(), tls);
        var services = new Pop3Services(ActorRefs.Nobody, logins);
        var connection = (client ?? _client).Connection;
        return Sys.ActorOf(Props.Create(() => new Pop3SessionActor(connection, services, options)));
    }

    /// <summary>No text of ours came in clear before the end; an alert of TLS may have.</summary>
    private async Task ExpectClosedAsync() =>
        Assert.DoesNotContain("OK", await _client.ReadRestAsync(), StringComparison.Ordinal);
}
