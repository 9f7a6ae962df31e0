using System.Net;
using ActorMail.Actors.Auth;
using ActorMail.Actors.Net;
using ActorMail.Actors.Pop3;
using ActorMail.Tests;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Net;

/// <summary>What comes before the greeting; POP3 stands for all protocols. Time is virtual here.</summary>
public sealed class SessionOpeningSpecs : TestKit
{
    private const string Greeting = "+OK POP3 server ready";
    private const string Header = "PROXY TCP4 192.0.2.1 198.51.100.2 40000 110\r\n";
    private const string TooEarly = "-ERR The greeting comes first";

    private static readonly IPEndPoint FrontEnd = new(IPAddress.Parse("198.51.100.7"), 50_000);

    private readonly TestClient _client = new(remote: FrontEnd);
    private readonly ConnectionCensus _census = new(new ConnectionOptions
    {
        MaxPerAddress = 1,
        ProxyProtocolFrom = new NetworkSet([new IPNetwork(FrontEnd.Address, 32)]),
    });

    public SessionOpeningSpecs(ITestOutputHelper output) : base(VirtualTime.Config, output: output)
    {
    }

    private TestScheduler Clock => (TestScheduler)Sys.Scheduler;

    private SessionOptions Options => new() { Time = new VirtualTime(Sys.Scheduler) };

    [Fact]
    public async Task Session_should_greet_after_the_header_and_know_who_the_client_is()
    {
        StartProxied(_client);
        await _client.ServerIsIdle();
        foreach (var octet in Header)
            await _client.SendAsync($"{octet}");
        await _client.ExpectAsync(Greeting);
        Assert.Equal("192.0.2.1:40000", _client.Connection.Remote.ToString());
        Assert.Equal("198.51.100.2:110", _client.Connection.Local.ToString());

        await _client.SendLineAsync("QUIT");
        Assert.Equal(["+OK Goodbye"], await _client.ReadToEndAsync());
        await AwaitAssertAsync(() => Assert.Equal(0, _census.Count));
    }

    [Fact]
    public async Task Session_should_take_commands_that_came_with_the_header_as_if_they_had_come_later()
    {
        StartProxied(_client);
        await _client.SendAsync(Header + "QUIT\r\n");

        Assert.Equal([Greeting, "+OK Goodbye"], await _client.ReadToEndAsync());
    }

    [Fact]
    public async Task Session_should_begin_tls_with_the_octet_behind_the_header()
    {
        StartProxied(_client, new SessionTls(TestIdentity.Single, IsImplicit: true));
        await _client.SendAsync(Header);
        await _client.SecureAsync();
        await _client.ExpectAsync(Greeting);
        Assert.Equal("192.0.2.1", _client.Connection.Remote.Address.ToString());
    }

    [Fact]
    public async Task Session_should_take_a_front_end_for_a_client_when_it_speaks_for_nobody()
    {
        StartProxied(_client);
        await _client.SendAsync("PROXY UNKNOWN\r\n");
        await _client.ExpectAsync(Greeting);
        Assert.Equal(FrontEnd, _client.Connection.Remote);
    }

    [Theory]
    [InlineData("USER alice\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1\r\n")]
    [InlineData("\x16\x03\x01\x02\x00\x01\x00\x01\xfc")]
    public async Task Session_should_end_without_a_word_when_a_front_end_sends_something_else(string octets)
    {
        var session = StartProxied(_client);
        await WatchAsync(session);
        await _client.SendAsync(octets);
        await ExpectTerminatedAsync(session);
        Assert.Empty(await _client.ReadToEndAsync());
        Assert.Equal(0, _census.Count);
    }

    [Fact]
    [Requirement("F3")]
    public async Task Session_should_end_when_the_header_trickles_in_for_too_long()
    {
        var session = StartProxied(_client);
        await WatchAsync(session);
        foreach (var octet in Header[..3])
        {
            await _client.ServerIsIdle();
            Clock.Advance(TimeSpan.FromSeconds(20));
            await _client.SendAsync($"{octet}");
        }

        await _client.ServerIsIdle();
        Clock.Advance(TimeSpan.FromSeconds(1));
        await ExpectTerminatedAsync(session);
        Assert.Empty(await _client.ReadToEndAsync());
    }

    [Fact]
    [Requirement("F4")]
    public async Task Session_should_turn_a_client_away_that_has_its_share_behind_another_front_end()
    {
        Assert.Null(_census.TryEnter(IPAddress.Parse("192.0.2.1"), out _));
        StartProxied(_client);
        await _client.SendAsync(Header);

        Assert.Equal(["-ERR [SYS/TEMP] Too many connections from your address"], await _client.ReadToEndAsync());
        await AwaitAssertAsync(() => Assert.Equal(1, _census.Count));
    }

    [Fact]
    public async Task Session_should_say_nothing_in_clear_to_a_client_that_expects_tls()
    {
        Assert.Null(_census.TryEnter(IPAddress.Parse("192.0.2.1"), out _));
        StartProxied(_client, new SessionTls(TestIdentity.Single, IsImplicit: true));
        await _client.SendAsync(Header);

        Assert.Empty(await _client.ReadToEndAsync());
    }

    [Fact]
    public async Task Session_should_end_at_once_when_it_is_drained_before_the_header()
    {
        var session = StartProxied(_client);
        await WatchAsync(session);
        await _client.ServerIsIdle();
        session.Tell(NetProtocol.Drain.Instance);
        await ExpectTerminatedAsync(session);
        Assert.Empty(await _client.ReadToEndAsync());
    }

    [Fact]
    public async Task Session_should_greet_when_the_delay_is_over_and_not_before()
    {
        Start(_client, Patient);
        await _client.ServerIsIdle();
        Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Empty(await _client.ReadArrivedAsync());
        Clock.Advance(TimeSpan.FromSeconds(1));
        await _client.ExpectAsync(Greeting);
        Assert.Equal("+OK Goodbye", await _client.AskAsync("QUIT"));
    }

    [Fact]
    public async Task Session_should_turn_a_client_away_that_speaks_while_it_is_kept_waiting()
    {
        Start(_client, Patient);
        await _client.ServerIsIdle();
        Clock.Advance(TimeSpan.FromSeconds(5));
        await _client.SendLineAsync("QUIT");

        Assert.Equal([TooEarly], await _client.ReadToEndAsync());
    }

    [Fact]
    public async Task Session_should_turn_a_client_away_that_spoke_before_it_was_accepted()
    {
        await _client.SendLineAsync("QUIT");
        Start(_client, Patient with { GreetingDelay = TimeSpan.Zero });

        Assert.Equal([TooEarly], await _client.ReadToEndAsync());
    }

    [Fact]
    public async Task Session_should_not_mind_early_talk_unless_it_is_told_to()
    {
        await _client.SendLineAsync("QUIT");
        Start(_client, Options);

        Assert.Equal([Greeting, "+OK Goodbye"], await _client.ReadToEndAsync());
    }

    [Fact]
    public async Task Session_should_neither_delay_nor_mind_a_client_that_is_exempt()
    {
        await _client.SendLineAsync("QUIT");
        Start(_client, Patient with { Exempt = new NetworkSet([new IPNetwork(FrontEnd.Address, 32)]) });

        Assert.Equal([Greeting, "+OK Goodbye"], await _client.ReadToEndAsync());
    }

    [Fact]
    public async Task Session_should_let_a_client_speak_first_where_tls_does()
    {
        Start(_client, Patient, new SessionTls(TestIdentity.Single, IsImplicit: true));
        await _client.SecureAsync();
        await _client.ExpectAsync(Greeting);
    }

    [Fact]
    public async Task Session_should_end_without_a_word_when_the_client_leaves_before_the_greeting()
    {
        var session = Start(_client, Patient);
        await WatchAsync(session);
        await _client.ServerIsIdle();
        _client.HangUp();
        await ExpectTerminatedAsync(session);
        Assert.Empty(await _client.ReadToEndAsync());
    }

    [Fact]
    [Requirement("D9")]
    public async Task Session_should_say_goodbye_when_it_is_drained_while_a_client_is_kept_waiting()
    {
        var session = Start(_client, Patient);
        await _client.ServerIsIdle();
        session.Tell(NetProtocol.Drain.Instance);

        Assert.Equal(["-ERR [SYS/TEMP] The server is shutting down"], await _client.ReadToEndAsync());
    }

    private SessionOptions Patient => Options with
    {
        GreetingDelay = TimeSpan.FromSeconds(10),
        RefusesEarlyTalkers = true,
    };

    private IActorRef StartProxied(TestClient client, SessionTls? tls = null)
    {
        Assert.Null(_census.TryEnter(FrontEnd.Address, out var place));
        client.Connection.Occupy(place!, _census.ProxyHeaderSizeFrom(FrontEnd.Address));
        return Start(client, Options, tls);
    }

    private IActorRef Start(TestClient client, SessionOptions session, SessionTls? tls = null)
    {
        var logins = new LoginServices(TestActor, new AuthOptions(), tls ?? SessionTls.None);
        var services = new Pop3Services(ActorRefs.Nobody, logins);
        var options = new Pop3Options { Session = session };
        return Sys.ActorOf(Props.Create(() => new Pop3SessionActor(client.Connection, services, options)));
    }
}
