using System.Net;
using ActorMail.Actors.Net;
using ActorMail.Tests;

namespace ActorMail.Actors.Tests.Net;

[Requirement("F4")]
public sealed class ConnectionCensusTests
{
    private static readonly ConnectionOptions Options = new()
    {
        MaxConnections = 5,
        MaxPerAddress = 2,
        MaxFromLoopback = 4,
        ProxyProtocolFrom = new NetworkSet([IPNetwork.Parse("198.51.100.0/24")]),
        MaxProxyHeaderSize = 600,
    };

    private readonly ConnectionCensus _census = new(Options);

    [Fact]
    public void An_address_takes_only_its_share_and_leaves_room_for_others()
    {
        Assert.Null(Enter("192.0.2.1"));
        Assert.Null(Enter("192.0.2.1"));
        Assert.Equal(Refusal.AddressFull, Enter("192.0.2.1"));
        Assert.Null(Enter("192.0.2.2"));
        Assert.Equal(3, _census.Count);
    }

    [Fact]
    public void The_machine_itself_has_a_share_of_its_own()
    {
        for (var i = 0; i < 4; i++)
            Assert.Null(Enter("127.0.0.1"));
        Assert.Equal(Refusal.AddressFull, Enter("127.0.0.1"));
    }

    [Fact]
    public void A_network_of_64_bits_is_one_address()
    {
        Assert.Null(Enter("2001:db8::1"));
        Assert.Null(Enter("2001:db8::ffff:2"));
        Assert.Equal(Refusal.AddressFull, Enter("2001:db8::3"));
        Assert.Null(Enter("2001:db8:0:1::1"));
    }

    [Fact]
    public void An_ipv4_address_is_the_same_however_it_is_written()
    {
        Assert.Null(Enter("192.0.2.1"));
        Assert.Null(Enter("::ffff:192.0.2.1"));
        Assert.Equal(Refusal.AddressFull, Enter("192.0.2.1"));
    }

    [Fact]
    public void The_server_takes_no_more_than_all_its_share()
    {
        for (var i = 1; i <= 5; i++)
            Assert.Null(Enter($"192.0.2.{i}"));
        Assert.Equal(Refusal.ServerFull, Enter("192.0.2.6"));
    }

    [Fact]
    public void Who_leaves_makes_room_once_however_often_he_says_so()
    {
        Assert.Null(Enter("192.0.2.1", out var first));
        Assert.Null(Enter("192.0.2.1"));
        first.Dispose();
        first.Dispose();
        Assert.Equal(1, _census.Count);
        Assert.Null(Enter("192.0.2.1"));
        Assert.Equal(Refusal.AddressFull, Enter("192.0.2.1"));
        Assert.Equal(2, _census.Count);
    }

    [Fact]
    public void Who_turns_out_to_be_another_counts_there_and_no_longer_here()
    {
        Assert.Null(Enter("192.0.2.1", out var place));
        Assert.Null(Enter("192.0.2.1"));

        Assert.Null(place.TryMove(IPAddress.Parse("192.0.2.2")));

        Assert.Null(Enter("192.0.2.1"));
        Assert.Null(Enter("192.0.2.2"));
        Assert.Equal(Refusal.AddressFull, Enter("192.0.2.2"));
        Assert.Equal(4, _census.Count);
        place.Dispose();
        Assert.Null(Enter("192.0.2.2"));
    }

    [Fact]
    public void Who_is_one_too_many_at_his_real_address_stays_where_he_was()
    {
        Assert.Null(Enter("192.0.2.2"));
        Assert.Null(Enter("192.0.2.2"));
        Assert.Null(Enter("192.0.2.1", out var place));

        Assert.Equal(Refusal.AddressFull, place.TryMove(IPAddress.Parse("192.0.2.2")));

        Assert.Null(Enter("192.0.2.1"));
        Assert.Equal(Refusal.AddressFull, Enter("192.0.2.1"));
        Assert.Equal(4, _census.Count);
        place.Dispose();
        Assert.Equal(3, _census.Count);
    }

    [Fact]
    public void To_move_within_a_network_takes_no_second_place()
    {
        Assert.Null(Enter("2001:db8::1", out var place));
        Assert.Null(Enter("2001:db8::2"));
        Assert.Null(place.TryMove(IPAddress.Parse("2001:db8::3")));
        Assert.Equal(Refusal.AddressFull, Enter("2001:db8::4"));
    }

    [Fact]
    public void A_front_end_may_have_every_place_and_its_clients_only_their_share()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.Null(Enter("198.51.100.7", out var place));
            Assert.Equal(i < 2 ? null : Refusal.AddressFull, place.TryMove(IPAddress.Parse("192.0.2.1")));
        }

        Assert.Null(Enter("198.51.100.7"));
        Assert.Null(Enter("198.51.100.8"));
        Assert.Equal(Refusal.ServerFull, Enter("198.51.100.9"));
    }

    [Fact]
    public void Who_comes_too_often_takes_no_place()
    {
        var asked = new List<IPAddress>();
        var census = new ConnectionCensus(Options, address =>
        {
            asked.Add(address);
            return asked.Count > 1;
        });

        Assert.Null(census.TryEnter(IPAddress.Parse("198.51.100.7"), out var proxied));
        Assert.Empty(asked);
        Assert.Null(census.TryEnter(IPAddress.Parse("192.0.2.1"), out _));
        Assert.Equal(Refusal.TooOften, census.TryEnter(IPAddress.Parse("192.0.2.1"), out var none));
        Assert.Null(none);
        Assert.Equal(Refusal.TooOften, proxied!.TryMove(IPAddress.Parse("192.0.2.2")));
        Assert.Equal(["192.0.2.1", "192.0.2.1", "192.0.2.2"], asked.Select(address => address.ToString()));
        Assert.Equal(2, census.Count);
    }

    [Fact]
    public void Only_a_front_end_may_say_who_its_client_is()
    {
        Assert.Equal(600, _census.ProxyHeaderSizeFrom(IPAddress.Parse("198.51.100.7")));
        Assert.Equal(600, _census.ProxyHeaderSizeFrom(IPAddress.Parse("::ffff:198.51.100.7")));
        Assert.Equal(0, _census.ProxyHeaderSizeFrom(IPAddress.Parse("192.0.2.1")));
    }

    [Fact]
    public async Task Nothing_is_left_of_thousands_who_come_move_and_go_at_once()
    {
        var census = new ConnectionCensus(new ConnectionOptions { MaxPerAddress = 3 });
        await Parallel.ForAsync(0, 20_000, (i, cancellation) =>
        {
            if (census.TryEnter(new IPAddress([192, 0, 2, (byte)(i % 7)]), out var place) is null)
            {
                _ = place!.TryMove(new IPAddress([192, 0, 2, (byte)(i % 5)]));
                place.Dispose();
            }

            return ValueTask.CompletedTask;
        });

        Assert.Equal(0, census.Count);
        for (byte host = 0; host < 7; host++)
        {
            for (var i = 0; i < 3; i++)
                Assert.Null(census.TryEnter(new IPAddress([192, 0, 2, host]), out _));
        }
    }

    private Refusal? Enter(string address) => _census.TryEnter(IPAddress.Parse(address), out _);

    private Refusal? Enter(string address, out ConnectionPlace place)
    {
        var refusal = _census.TryEnter(IPAddress.Parse(address), out var taken);
        place = taken!;
        return refusal;
    }
}
