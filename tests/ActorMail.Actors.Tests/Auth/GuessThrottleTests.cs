using System.Net;
using ActorMail.Actors.Auth;
using ActorMail.Protocols.Mail;
using ActorMail.Tests;

namespace ActorMail.Actors.Tests.Auth;

public sealed class GuessThrottleTests
{
    private static readonly IPAddress Home = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Elsewhere = IPAddress.Parse("198.51.100.7");

    private readonly GuessThrottle _throttle = new(TimeSpan.FromSeconds(1));

    [Fact]
    [Requirement("A3")]
    public void Who_guesses_at_one_account_is_slowed_after_threes() =>
        Assert.Equal([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 5], Fail(16, _ => "bob"));

    [Fact]
    [Requirement("A3")]
    public void Who_guesses_at_many_accounts_is_slowed_after_tens()
    {
        var delays = Fail(170, n => $"user{n}");
        Assert.Equal(
            [.. Enumerable.Range(1, 15), 15, 15], delays.Chunk(10).Select(ten => Assert.Single(ten.Distinct())));
    }

    [Fact]
    [Requirement("A3")]
    public void A_mistake_beside_a_telephone_with_an_old_password_is_slowed_little()
    {
        Fail(9, _ => "telephone");
        Assert.Equal(1, Fail(1, _ => "bob")[0]);
        Assert.Equal(1, Seconds(Elsewhere, "telephone"));
    }

    [Fact]
    [Requirement("A3")]
    public void What_is_no_name_is_one_account()
    {
        for (var n = 0; n < 3; n++)
            Assert.Equal(TimeSpan.FromSeconds(1), _throttle.Fail(Home, default));
        Assert.Equal(TimeSpan.FromSeconds(2), _throttle.Fail(Home, default));
    }

    [Fact]
    public void All_is_forgotten_with_time()
    {
        Fail(200, n => $"user{n % 30}");
        for (var n = 0; n < 150; n++)
        {
            Assert.False(_throttle.IsEmpty);
            _throttle.Decay();
        }

        Assert.True(_throttle.IsEmpty);
        Assert.Equal(1, Seconds(Home, "user0"));
    }

    [Fact]
    [Requirement("A3")]
    public void Beyond_what_is_remembered_the_delay_is_the_shortest_and_those_before_are_not_forgotten()
    {
        var throttle = new FailureThrottle<int>(
            TimeSpan.FromSeconds(1), failuresPerStep: 1, maxFactor: 5, maxGuessers: 3);
        for (var guesser = 0; guesser < 10; guesser++)
            throttle.Fail(guesser);
        Assert.Equal(
            [2, 2, 2, 1, 1], Enumerable.Range(0, 5).Select(guesser => throttle.Fail(guesser).TotalSeconds));
    }

    private List<int> Fail(int count, Func<int, string> user) =>
        [.. Enumerable.Range(0, count).Select(n => Seconds(Home, user(n)))];

    private int Seconds(IPAddress network, string user)
    {
        Assert.True(MailboxName.TryFrom(new MailAddress(user, "example.org"), out var mailbox));
        return (int)_throttle.Fail(network, mailbox).TotalSeconds;
    }
}
