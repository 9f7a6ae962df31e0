using System.Buffers;
using System.Text;
using ActorMail.Actors.Net;
using ActorMail.Tests;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Net;

/// <summary>A session whose protocol wants a pause. Time is virtual here.</summary>
public sealed class SessionPauseSpecs : TestKit
{
    private const string Hello = "hello";

    private readonly TestClient _client = new();

    public SessionPauseSpecs(ITestOutputHelper output) : base(VirtualTime.Config, output: output)
    {
    }

    private TestScheduler Clock => (TestScheduler)Sys.Scheduler;

    [Fact]
    public async Task Session_should_hold_an_answer_back_until_the_pause_is_over_and_go_on_behind_it()
    {
        await BeginPauseAsync(new SessionOptions(), "pause\r\nnext\r\n");
        Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Empty(await _client.ReadArrivedAsync());
        Clock.Advance(TimeSpan.FromSeconds(1));

        await _client.ExpectAsync("pause", "next");
        Assert.Equal("last", await _client.AskAsync("last"));
    }

    [Fact]
    public async Task Session_should_not_read_while_it_pauses()
    {
        await BeginPauseAsync(new SessionOptions(), "pause\r\n");
        await _client.SendAsync("a\r\nb\r\n");
        Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Empty(await _client.ReadArrivedAsync());
        Clock.Advance(TimeSpan.FromSeconds(1));

        await _client.ExpectAsync("pause", "a", "b");
    }

    [Fact]
    public async Task Session_should_pause_as_often_as_it_is_told_to()
    {
        var session = await BeginPauseAsync(new SessionOptions(), "pause\r\npause\r\n");
        Clock.Advance(TimeSpan.FromSeconds(10));
        await _client.ExpectAsync("pause");
        await PausesAsync(session);
        Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Empty(await _client.ReadArrivedAsync());
        Clock.Advance(TimeSpan.FromSeconds(1));

        await _client.ExpectAsync("pause");
    }

    [Fact]
    [Requirement("D9")]
    public async Task Session_should_say_goodbye_at_once_when_it_is_drained_in_a_pause()
    {
        var session = await BeginPauseAsync(new SessionOptions(), "pause\r\nnext\r\n");
        session.Tell(NetProtocol.Drain.Instance);

        Assert.Equal(["pause", "goodbye: ShuttingDown"], await _client.ReadToEndAsync());
    }

    [Fact]
    public async Task Session_should_end_in_a_pause_when_it_has_lasted_too_long()
    {
        await BeginPauseAsync(new SessionOptions { SessionTimeout = TimeSpan.FromSeconds(5) }, "pause\r\n");
        Clock.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(["pause", "goodbye: SessionTooLong"], await _client.ReadToEndAsync());
    }

    [Fact]
    public async Task Session_should_keep_a_message_of_another_actor_until_the_pause_is_over()
    {
        var session = await BeginPauseAsync(new SessionOptions(), "pause\r\n");
        session.Tell("news");
        Clock.Advance(TimeSpan.FromSeconds(10));

        await _client.ExpectAsync("pause", "news");
    }

    /// <summary>The session pauses when this is done.</summary>
    private async Task<IActorRef> BeginPauseAsync(SessionOptions options, string input)
    {
        var timed = options with { Time = new VirtualTime(Sys.Scheduler) };
        var session = Sys.ActorOf(Props.Create(() => new PausingActor(_client.Connection, timed, TestActor)));
        await _client.ExpectAsync(Hello);
        await _client.SendAsync(input);
        await PausesAsync(session);
        return session;
    }

    /// <summary>It has dealt with what made it pause when it has identified itself.</summary>
    private async Task PausesAsync(IActorRef session)
    {
        await ExpectMsgAsync("pausing");
        session.Tell(new Identify(session), TestActor);
        await ExpectMsgAsync<ActorIdentity>();
    }

    /// <summary>Says every line again, and <c>pause</c> 10 seconds later.</summary>
    private sealed class PausingActor(Connection connection, SessionOptions options, IActorRef observer)
        : SessionActor(connection, options, SessionTls.None)
    {
        protected override Next OnConnected() => Say(Hello);

        protected override Next OnInput(ref ReadOnlySequence<byte> input)
        {
            if (input.PositionOf((byte)'\n') is not { } end)
                return Next.Read;

            var line = Encoding.Latin1.GetString(input.Slice(0, end)).TrimEnd('\r');
            input = input.Slice(input.GetPosition(1, end));
            var next = Say(line);
            if (line != "pause")
                return next;

            observer.Tell("pausing");
            return Pause(TimeSpan.FromSeconds(10));
        }

        protected override Next OnMessage(object message) => Say((string)message);

        protected override void OnFarewell(Farewell reason) => Say($"goodbye: {reason}");

        protected override void OnRefused(Refusal refusal) => Say($"{refusal}");

        protected override void OnEnded(string reason) => observer.Tell(reason);

        private Next Say(string line)
        {
            Connection.Output.Write(Encoding.Latin1.GetBytes($"{line}\r\n"));
            return Next.Read;
        }
    }
}
