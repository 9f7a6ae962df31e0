using System.Net;
using ActorMail.Actors.Net;
using ActorMail.Actors.Policy;
using ActorMail.Protocols.Mail;

namespace ActorMail.Actors.Tests.Policy;

public sealed class RateLedgerTests
{
    private static readonly IPAddress Client = IPAddress.Parse("192.0.2.1");
    private static readonly PolicyLimit Messages = new("policy.max-messages-per-minute", 6);

    private readonly ManualTime _time = new();

    [Fact]
    public void A_minutes_worth_may_come_at_once_and_the_rest_at_the_rate()
    {
        var ledger = Ledger();
        for (var i = 0; i < 6; i++)
            Assert.Null(ledger.Count(RateKind.Messages, Client));
        Assert.Equal(Messages, ledger.Count(RateKind.Messages, Client));

        _time.Pass(TimeSpan.FromSeconds(9.9));
        Assert.Equal(Messages, ledger.Count(RateKind.Messages, Client));
        _time.Pass(TimeSpan.FromSeconds(0.1));
        Assert.Null(ledger.Count(RateKind.Messages, Client));
        Assert.Equal(Messages, ledger.Count(RateKind.Messages, Client));
    }

    [Fact]
    public void Who_goes_on_against_the_limit_is_not_kept_out_for_longer()
    {
        var ledger = Ledger();
        var accepted = 0;
        for (var second = 0; second < 600; second++)
        {
            accepted += ledger.Count(RateKind.Messages, Client) is null ? 1 : 0;
            _time.Pass(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(accepted, 65, 66);
    }

    [Fact]
    public void After_a_quiet_minute_there_is_a_minutes_worth_and_no_more()
    {
        var ledger = Ledger();
        for (var i = 0; i < 20; i++)
            ledger.Count(RateKind.Messages, Client);
        _time.Pass(TimeSpan.FromHours(1));
        Assert.Equal(6, Enumerable.Range(0, 20).Count(_ => ledger.Count(RateKind.Messages, Client) is null));
    }

    [Fact]
    public void Each_thing_has_a_count_and_a_limit_of_its_own()
    {
        var ledger = Ledger();
        Assert.Equal((3, "policy.max-connections-per-minute"), Exhaust(ledger, RateKind.Connections));
        Assert.Equal((6, "policy.max-messages-per-minute"), Exhaust(ledger, RateKind.Messages));
        Assert.Equal((60, "policy.max-recipients-per-minute"), Exhaust(ledger, RateKind.Recipients));
        Assert.Equal((4, "policy.max-errors-per-minute"), Exhaust(ledger, RateKind.Errors));
    }

    [Fact]
    public void Accounts_are_counted_apart_from_addresses_and_from_each_other()
    {
        var ledger = Ledger();
        Exhaust(ledger, RateKind.Messages);
        Assert.Null(ledger.Count(RateKind.Messages, Account("bob")));
        Assert.Null(ledger.Count(RateKind.Messages, Account("bob")));
        Assert.Equal(
            new PolicyLimit("policy.account.max-messages-per-minute", 2),
            ledger.Count(RateKind.Messages, Account("bob")));
        Assert.Null(ledger.Count(RateKind.Messages, Account("ann")));
        for (var i = 0; i < 5; i++)
            Assert.Null(ledger.Count(RateKind.Recipients, Account("bob")));
        Assert.Equal(
            new PolicyLimit("policy.account.max-recipients-per-minute", 5),
            ledger.Count(RateKind.Recipients, Account("bob")));
        Assert.Throws<ArgumentOutOfRangeException>(() => ledger.Count(RateKind.Errors, Account("bob")));
    }

    [Fact]
    public void A_network_of_64_bits_is_one_address()
    {
        var ledger = Ledger();
        for (var i = 0; i < 6; i++)
            Assert.Null(ledger.Count(RateKind.Messages, IPAddress.Parse($"2001:db8::{i}")));
        Assert.Equal(Messages, ledger.Count(RateKind.Messages, IPAddress.Parse("2001:db8::ffff:1")));
        Assert.Null(ledger.Count(RateKind.Messages, IPAddress.Parse("2001:db8:0:1::1")));
    }

    [Fact]
    public void Who_is_exempt_counts_for_nothing()
    {
        var exempt = new NetworkSet([IPNetwork.Parse("2001:db8::5/128")]);
        var ledger = new RateLedger(Options with { Exempt = exempt }, _time);
        for (var i = 0; i < 100; i++)
            Assert.Null(ledger.Count(RateKind.Messages, IPAddress.Parse("2001:db8::5")));
        Assert.Equal(0, ledger.Tracked);
        Assert.Equal(100, Exhaust(Ledger(), RateKind.Messages, IPAddress.Loopback).Accepted);
    }

    [Fact]
    public void A_limit_of_zero_is_none()
    {
        var ledger = new RateLedger(Options with { MaxMessagesPerMinute = 0, MaxAccountMessagesPerMinute = 0 }, _time);
        Assert.Equal((100, ""), Exhaust(ledger, RateKind.Messages));
        Assert.Null(ledger.Count(RateKind.Messages, Account("bob")));
        Assert.Equal(0, ledger.Tracked);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(1_000)]
    [InlineData(20_000)]
    public void No_more_is_remembered_than_the_setting_says(int most)
    {
        var ledger = new RateLedger(Options with { MaxTracked = most }, _time);
        for (var i = 0; i < 60_000; i++)
            Assert.Null(ledger.Count(RateKind.Messages, new IPAddress([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i])));
        Assert.InRange(ledger.Tracked, most / 2, most);
    }

    [Fact]
    public void When_it_is_full_those_go_first_who_owe_nothing()
    {
        var ledger = new RateLedger(Options with { MaxTracked = 3 }, _time);
        // The first one owes a whole minute, the second ten seconds.
        Exhaust(ledger, RateKind.Messages, Host(1));
        ledger.Count(RateKind.Messages, Host(2));
        _time.Pass(TimeSpan.FromSeconds(11));
        ledger.Count(RateKind.Messages, Host(3));
        ledger.Count(RateKind.Messages, Host(4));

        // The second had to go, though the first was counted longer ago.
        Assert.Null(ledger.Count(RateKind.Messages, Host(1)));
        Assert.Equal(Messages, ledger.Count(RateKind.Messages, Host(1)));
        Assert.Equal(3, ledger.Tracked);
    }

    [Fact]
    public void When_all_owe_something_those_go_first_who_were_counted_longest_ago()
    {
        var ledger = new RateLedger(Options with { MaxTracked = 3 }, _time);
        foreach (var host in new byte[] { 1, 2, 3, 1 })
            Exhaust(ledger, RateKind.Messages, Host(host));
        ledger.Count(RateKind.Messages, Host(4));

        Assert.Equal(Messages, ledger.Count(RateKind.Messages, Host(3)));
        Assert.Equal(Messages, ledger.Count(RateKind.Messages, Host(1)));
        Assert.Null(ledger.Count(RateKind.Messages, Host(2)));
    }

    [Fact]
    public void What_many_count_at_once_is_neither_lost_nor_counted_twice()
    {
        var ledger = new RateLedger(Options with { MaxMessagesPerMinute = 1_000 }, _time);
        var accepted = 0;
        Parallel.For(0, 20_000, i =>
        {
            if (ledger.Count(RateKind.Messages, Host((byte)(i % 4))) is null)
                Interlocked.Increment(ref accepted);
        });

        Assert.Equal(4_000, accepted);
    }

    [Fact]
    public void In_no_time_comes_more_than_a_minutes_worth_and_the_rate()
    {
        var random = new Random(7);
        var ledger = Ledger();
        var (accepted, seconds) = (0, 0.0);
        for (var i = 0; i < 20_000; i++)
        {
            accepted += ledger.Count(RateKind.Messages, Client) is null ? 1 : 0;
            Assert.True(accepted <= 6 + (seconds / 10) + 1e-6);
            var pause = random.NextDouble() * random.Next(20);
            _time.Pass(TimeSpan.FromSeconds(pause));
            seconds += pause;
        }
    }

    private static PolicyOptions Options => new()
    {
        MaxConnectionsPerMinute = 3,
        MaxMessagesPerMinute = 6,
        MaxRecipientsPerMinute = 60,
        MaxErrorsPerMinute = 4,
        MaxAccountMessagesPerMinute = 2,
        MaxAccountRecipientsPerMinute = 5,
    };

    private RateLedger Ledger() => new(Options, _time);

    private static IPAddress Host(byte number) => new([192, 0, 2, number]);

    private static MailboxName Account(string name)
    {
        Assert.True(MailboxName.TryFrom(new MailAddress(name, "example.org"), out var mailbox));
        return mailbox;
    }

    private static (int Accepted, string Setting) Exhaust(RateLedger ledger, RateKind kind, IPAddress? client = null)
    {
        for (var accepted = 0; accepted < 100; accepted++)
        {
            if (ledger.Count(kind, client ?? Client) is { } limit)
                return (accepted, limit.Setting);
        }

        return (100, "");
    }
}
