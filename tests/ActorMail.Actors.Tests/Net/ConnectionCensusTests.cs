using System.Net;
using ActorMail.Actors.Net;
using ActorMail.Tests;

namespace ActorMail.Actors.Tests.Net;

[Requirement("F4")]
public sealed class ConnectionCensusTests
{
    private readonly ConnectionCensus _census =
        new(new ConnectionOptions { MaxConnections = 5, MaxPerAddress = 2, MaxFromLoopback = 4 });

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
    public void Who_leaves_makes_room()
    {
        Assert.Null(Enter("192.0.2.1"));
        Assert.Null(Enter("192.0.2.1"));
        _census.Leave(IPAddress.Parse("192.0.2.1"));
        Assert.Null(Enter("192.0.2.1"));
        Assert.Equal(2, _census.Count);
    }

    private Refusal? Enter(string address) => _census.TryEnter(IPAddress.Parse(address));
}
