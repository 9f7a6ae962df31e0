using System.Net;
using ActorMail.Actors.Auth;
using ActorMail.Protocols.Mail;
using ActorMail.Tests;
using Akka.Actor;
using Akka.TestKit;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Auth;

/// <summary>Who is served when many ask, and how guessing is slowed.</summary>
public sealed class AuthenticatorLoadSpecs : AuthenticatorSpec
{
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);

    private readonly TestProbe _worker;

    public AuthenticatorLoadSpecs(ITestOutputHelper output)
        : base(output)
    {
        _worker = CreateTestProbe("worker");
        Accounts.Write("bob@example.org", "eve@example.org");
    }

    [Fact]
    [Requirement("A4")]
    public void Authenticator_should_compute_no_more_hashes_at_a_time_than_it_may()
    {
        var authenticator = StartWithWorker(FileMode with { MaxConcurrentHashes = 2 });
        var sessions = Enumerable.Range(1, 5).Select(n => Ask(authenticator, Login("bob", $"guess{n}"))).ToArray();

        var first = _worker.ExpectMsg<Check>();
        var second = _worker.ExpectMsg<Check>();
        Settle(authenticator);
        Assert.False(_worker.HasMessages);
        Assert.All(sessions, session => Assert.False(IsAnswered(session)));

        second.Result.SetResult(true);
        sessions[1].ExpectMsg<AuthProtocol.LoginAccepted>();
        Assert.Equal("guess3", _worker.ExpectMsg<Check>().Password.Value);
        Assert.False(_worker.HasMessages);

        first.Result.SetResult(true);
        sessions[0].ExpectMsg<AuthProtocol.LoginAccepted>();
        Assert.Equal("guess4", _worker.ExpectMsg<Check>().Password.Value);
    }

    [Fact]
    [Requirement("A4")]
    public void Authenticator_should_serve_the_addresses_in_turn()
    {
        var authenticator = StartWithWorker(FileMode with { MaxConcurrentHashes = 1 });
        for (var n = 1; n <= 200; n++)
            Ask(authenticator, Login("bob", $"guess{n}", Home));
        Ask(authenticator, Login("eve", "right", Elsewhere));
        Ask(authenticator, Login("eve", "again", Elsewhere));

        var order = new List<string>();
        for (var n = 0; n < 6; n++)
        {
            var check = _worker.ExpectMsg<Check>();
            order.Add(check.Password.Value);
            if (n == 0)
                Settle(authenticator);
            check.Result.SetResult(false);
        }

        Assert.Equal(["guess1", "guess2", "right", "guess3", "again", "guess4"], order);
    }

    [Fact]
    [Requirement("A4")]
    public void Authenticator_should_serve_the_accounts_of_one_address_in_turn()
    {
        var authenticator = StartWithWorker(FileMode with { MaxConcurrentHashes = 1 });
        for (var n = 1; n <= 200; n++)
            Ask(authenticator, Login("bob", $"guess{n}", Home));
        Ask(authenticator, Login("eve", "right", Home));

        var order = new List<string>();
        for (var n = 0; n < 4; n++)
        {
            var check = _worker.ExpectMsg<Check>();
            order.Add(check.Password.Value);
            if (n == 0)
                Settle(authenticator);
            check.Result.SetResult(false);
        }

        Assert.Equal(["guess1", "guess2", "right", "guess3"], order);
    }

    [Fact]
    [Requirement("A4")]
    public void Authenticator_should_turn_away_who_finds_the_queue_full_of_his_own()
    {
        var authenticator = StartWithWorker(FileMode with { MaxConcurrentHashes = 1, MaxWaiting = 3 });
        var waiting = Enumerable.Range(0, 4).Select(_ => Ask(authenticator, Login("bob", "x"))).ToArray();
        Ask(authenticator, Login("bob", "x")).ExpectMsg<AuthProtocol.LoginNotChecked>();
        Assert.All(waiting, session => Assert.False(IsAnswered(session)));
    }

    [Fact]
    [Requirement("A4")]
    public void Authenticator_should_make_room_for_a_newcomer_when_one_address_fills_the_queue()
    {
        var authenticator = StartWithWorker(FileMode with { MaxConcurrentHashes = 1, MaxWaiting = 3 });
        var crowd = Enumerable.Range(0, 4).Select(_ => Ask(authenticator, Login("bob", "x", Home))).ToArray();
        var newcomer = Ask(authenticator, Login("eve", "right", Elsewhere));

        crowd[3].ExpectMsg<AuthProtocol.LoginNotChecked>();
        for (var n = 0; n < 4; n++)
        {
            var check = _worker.ExpectMsg<Check>();
            check.Result.SetResult(check.Password.Value == "right");
        }

        newcomer.ExpectMsg<AuthProtocol.LoginAccepted>();
    }

    [Fact]
    [Requirement("A3")]
    public void Authenticator_should_answer_failures_of_one_address_later_and_later()
    {
        var authenticator = Start(FileMode);
        var sessions = Enumerable.Range(0, 20).Select(_ => Ask(authenticator, Login("bob", "wrong", Home))).ToArray();
        var other = Ask(authenticator, Login("bob", "wrong", Elsewhere));
        Settle(authenticator);

        var answered = new List<int>();
        for (var seconds = 1; seconds <= 5; seconds++)
        {
            Clock.Advance(FailureDelay);
            answered.Add(sessions.Count(IsAnswered));
            Assert.True(IsAnswered(other));
        }

        Assert.Equal([3, 6, 9, 12, 20], answered);
    }

    [Fact]
    [Requirement("A3")]
    public void Authenticator_should_let_the_right_password_in_at_once_whoever_guesses_and_from_wherever()
    {
        var authenticator = Start(FileMode);
        for (var n = 0; n < 100; n++)
            Ask(authenticator, Login("bob", "wrong", Home));
        Ask(authenticator, Login("bob", "right", Elsewhere)).ExpectMsg<AuthProtocol.LoginAccepted>();
        Ask(authenticator, Login("eve", "right", Home)).ExpectMsg<AuthProtocol.LoginAccepted>();
    }

    [Fact]
    [Requirement("A3")]
    public void Authenticator_should_answer_few_guesses_of_one_address_on_ten_connections()
    {
        var authenticator = Start(FileMode);
        var sessions = Enumerable.Range(0, 10).Select(_ => CreateTestProbe()).ToArray();
        foreach (var session in sessions)
            authenticator.Tell(Login("bob", "wrong"), session);

        var answered = 0;
        for (var tenths = 0; tenths < 100; tenths++)
        {
            Settle(authenticator);
            Clock.Advance(TimeSpan.FromSeconds(0.1));
            foreach (var session in sessions.Where(IsAnswered))
            {
                session.ExpectMsg<AuthProtocol.LoginRefused>();
                authenticator.Tell(Login("bob", "wrong"), session);
                answered++;
            }
        }

        Assert.InRange(answered, 10, 40);
    }

    [Fact]
    [Requirement("A3")]
    public void Authenticator_should_forget_failures_with_time()
    {
        var authenticator = Start(FileMode);
        for (var n = 0; n < 3; n++)
            Assert.Equal(1, FailureDelayOf(authenticator, Home));
        Clock.Advance(AuthenticatorActor.FailureMemory);
        Settle(authenticator);
        Assert.Equal(1, FailureDelayOf(authenticator, Home));
        Assert.Equal(2, FailureDelayOf(authenticator, Home));
    }

    [Theory]
    [InlineData("2001:db8::1", "2001:db8::ffff:0:0:2", 2)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", 1)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", 2)]
    [InlineData("192.0.2.1", "192.0.2.2", 1)]
    [Requirement("A3")]
    public void Authenticator_should_take_a_customers_network_for_one_address(string one, string other, int delay)
    {
        var authenticator = Start(FileMode);
        for (var n = 0; n < 3; n++)
            FailureDelayOf(authenticator, IPAddress.Parse(one));
        Assert.Equal(delay, FailureDelayOf(authenticator, IPAddress.Parse(other)));
    }

    /// <summary>In whole seconds: not there a millisecond before, there then.</summary>
    private int FailureDelayOf(IActorRef authenticator, IPAddress remote)
    {
        var session = Ask(authenticator, Login("bob", "wrong", remote));
        Settle(authenticator);
        for (var seconds = 1; ; seconds++)
        {
            Clock.Advance(FailureDelay - Instant);
            Assert.False(IsAnswered(session));
            Clock.Advance(Instant);
            if (IsAnswered(session))
                return seconds;
        }
    }

    private IActorRef StartWithWorker(AuthOptions options) => Start(options, (password, _) =>
    {
        var check = new Check(password, new TaskCompletionSource<bool>());
        _worker.Ref.Tell(check);
        return check.Result.Task;
    });

    private sealed record Check(Secret Password, TaskCompletionSource<bool> Result)
        : INoSerializationVerificationNeeded;
}
