using ActorMail.Actors.Auth;
using ActorMail.Actors.Net;
using ActorMail.Actors.Pop3;
using ActorMail.Tests;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Net;

/// <summary>What every session promises whatever its protocol; POP3 stands for all. Time is virtual here.</summary>
public sealed class SessionActorSpecs : TestKit
{
    private const string Greeting = "+OK POP3 server ready";
    private const string TimedOut = "-ERR [SYS/TEMP] Nothing heard for too long, goodbye";
    private const string NotNow = "-ERR Log in first: USER name, then PASS password";

    private readonly TestClient _client = new();
    private readonly TestProbe _authenticator;

    public SessionActorSpecs(ITestOutputHelper output) : base(VirtualTime.Config, output: output) =>
        _authenticator = CreateTestProbe("authenticator");

    private TestScheduler Clock => (TestScheduler)Sys.Scheduler;

    private SessionOptions Options => new() { Time = new VirtualTime(Sys.Scheduler), MaxErrors = 1_000_000 };

    [Fact]
    [Requirement("F2")]
    public async Task Session_should_survive_20_megabytes_that_are_always_there_when_it_reads()
    {
        const int Lines = 80_000;
        const int LineLength = 250;
        var client = new TestClient(bufferSize: 0, maxRead: LineLength);
        var line = new string('A', LineLength - 2) + "\r\n";
        await client.SendAsync(string.Concat(Enumerable.Repeat(line, Lines)) + "QUIT\r\n");

        StartSession(client, Options);

        Assert.Equal(1 + Lines + 1, (await client.ReadToEndAsync()).Count);
    }

    [Fact]
    [Requirement("F2")]
    public async Task Session_should_stop_reading_from_a_client_that_does_not_take_its_replies()
    {
        StartSession(_client, Options);
        var commands = string.Concat(Enumerable.Repeat("NOOP\r\n", 1_000));
        var sent = 0;
        var sending = Task.CompletedTask;

        // Both directions hold 64 KiB and the session a batch of the same size: then the sender has to wait.
        while (sending.IsCompleted && sent < 1_000)
        {
            sending = _client.SendAsync(commands);
            sent++;
            if (!sending.IsCompleted)
                await AwaitAssertAsync(() => { }, TimeSpan.FromMilliseconds(100));
        }

        Assert.InRange(sent, 1, 200);
        var answers = _client.ReadToEndAsync();
        await sending;
        await _client.SendLineAsync("QUIT");
        Assert.Equal(1 + (sent * 1_000) + 1, (await answers).Count);
    }

    [Fact]
    [Requirement("R1939-3-j", "R1939-3-k")]
    public async Task Session_should_end_when_the_client_is_silent_for_too_long()
    {
        StartSession(_client, Options);
        await Pass(TimeSpan.FromMinutes(9.9));
        await _client.SendLineAsync("NOOP");
        await Pass(TimeSpan.FromMinutes(9.9));
        await _client.SendLineAsync("NOOP");
        await Pass(TimeSpan.FromMinutes(10));

        Assert.Equal([Greeting, NotNow, NotNow, TimedOut], await _client.ReadToEndAsync());
    }

    [Fact]
    [Requirement("F3", "K9")]
    public async Task Session_should_end_when_a_command_trickles_in_however_steadily()
    {
        StartSession(_client, Options);
        await _client.ServerIsIdle();
        foreach (var octet in "NOO")
        {
            await _client.SendAsync($"{octet}");
            await Pass(TimeSpan.FromSeconds(20.5));
        }

        Assert.Equal([Greeting, TimedOut], await _client.ReadToEndAsync());
    }

    [Fact]
    [Requirement("F1", "F3")]
    public async Task Session_should_end_when_a_line_never_does()
    {
        StartSession(_client, Options);
        await _client.ServerIsIdle();
        await _client.SendAsync(new byte[10_000]);
        await Pass(TimeSpan.FromSeconds(30));
        await _client.SendAsync(new byte[10_000]);
        await Pass(TimeSpan.FromSeconds(31));

        Assert.Equal([Greeting, TimedOut], await _client.ReadToEndAsync());
    }

    [Fact]
    public async Task Session_should_end_when_it_has_lasted_too_long_however_busy_it_is()
    {
        StartSession(_client, Options with { SessionTimeout = TimeSpan.FromMinutes(12) });
        await Pass(TimeSpan.FromMinutes(7));
        await _client.SendLineAsync("NOOP");
        await Pass(TimeSpan.FromMinutes(5));

        Assert.Equal(
            [Greeting, NotNow, "-ERR [SYS/TEMP] This session has lasted too long, goodbye"],
            await _client.ReadToEndAsync());
    }

    [Fact]
    public async Task Session_should_end_when_the_client_does_not_take_its_replies_for_too_long()
    {
        var client = new TestClient(bufferSize: 1_024);
        var session = StartSession(client, Options);
        await WatchAsync(session);
        await client.ServerIsIdle();
        var sending = client.SendAsync(string.Concat(Enumerable.Repeat("NOOP\r\n", 200)));

        await AwaitAssertAsync(async () =>
        {
            Clock.Advance(TimeSpan.FromMinutes(1));
            await ExpectTerminatedAsync(session, TimeSpan.FromMilliseconds(50));
        });
        await sending;
    }

    [Fact]
    public async Task Session_should_say_that_it_failed_when_another_actor_does_not_answer()
    {
        StartSession(_client, Options);
        await _client.SendAsync("USER alice\r\nPASS wonderland\r\n");
        await _authenticator.ExpectMsgAsync<AuthProtocol.VerifyPassword>();
        var answers = _client.ReadToEndAsync();

        await AwaitAssertAsync(() =>
        {
            Clock.Advance(TimeSpan.FromSeconds(30));
            Assert.True(answers.IsCompleted);
        });

        Assert.Equal(
            [Greeting, "+OK Send PASS", "-ERR [SYS/TEMP] The server has a problem, try again later"], await answers);
    }

    [Fact]
    public async Task Session_should_end_after_too_many_errors()
    {
        StartSession(_client, Options with { MaxErrors = 3 });
        await _client.SendAsync("NOOP\r\nNOOP\r\nNOOP\r\nNOOP\r\n");

        Assert.Equal(
            [Greeting, NotNow, NotNow, NotNow, "-ERR [SYS/TEMP] Too many errors, goodbye"],
            await _client.ReadToEndAsync());
    }

    [Fact]
    public async Task Session_should_end_after_too_many_commands()
    {
        StartSession(_client, Options with { MaxCommands = 3 });
        await _client.SendAsync("CAPA\r\nUSER alice\r\nUSER alice\r\n");

        var answers = await _client.ReadToEndAsync();

        Assert.Equal("-ERR [SYS/TEMP] Too many commands in one session, goodbye", answers[^1]);
    }

    [Fact]
    [Requirement("S12")]
    public async Task Session_should_close_on_a_client_that_speaks_tls_to_it()
    {
        StartSession(_client, Options);
        await _client.SendAsync("\x16\x03\x01\x02\x00\x01\x00\x01\xfc");

        Assert.Equal([Greeting, "-ERR This port does not speak TLS"], await _client.ReadToEndAsync());
    }

    [Fact]
    [Requirement("D9")]
    public async Task Session_should_leave_at_once_when_it_is_drained_between_commands()
    {
        var session = StartSession(_client, Options);
        await _client.ServerIsIdle();

        session.Tell(NetProtocol.Drain.Instance);

        Assert.Equal([Greeting, "-ERR [SYS/TEMP] The server is shutting down"], await _client.ReadToEndAsync());
    }

    [Fact]
    [Requirement("D9")]
    public async Task Session_should_finish_its_command_when_it_is_drained_in_the_middle_of_it()
    {
        var session = StartSession(_client, Options);
        await _client.SendAsync("USER alice\r\nPASS wonderland\r\nSTAT\r\n");
        await _authenticator.ExpectMsgAsync<AuthProtocol.VerifyPassword>();

        session.Tell(NetProtocol.Drain.Instance);
        _authenticator.Reply(AuthProtocol.LoginRefused.Instance);

        Assert.Equal(
            ["-ERR [AUTH] Wrong user or password", "-ERR [SYS/TEMP] The server is shutting down"],
            (await _client.ReadToEndAsync())[2..]);
    }

    private IActorRef StartSession(TestClient client, SessionOptions session)
    {
        var options = new Pop3Options { Session = session };
        var logins = new LoginServices(_authenticator, new AuthOptions(), SessionTls.None);
        var services = new Pop3Services(ActorRefs.Nobody, logins);
        return Sys.ActorOf(Props.Create(
            () => new Pop3SessionActor(client.Connection, services, options)));
    }

    /// <summary>Lets time pass once the session has nothing to do.</summary>
    private async Task Pass(TimeSpan time)
    {
        await _client.ServerIsIdle();
        Clock.Advance(time);
    }
}
