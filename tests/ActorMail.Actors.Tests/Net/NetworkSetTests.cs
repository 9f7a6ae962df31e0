using System.Net;
using ActorMail.Actors.Net;

namespace ActorMail.Actors.Tests.Net;

public sealed class NetworkSetTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.255.0.1", "11.0.0.0")]
    [InlineData("192.0.2.7", "192.0.2.7", "192.0.2.8")]
    [InlineData("192.0.2.7/32", "::ffff:192.0.2.7", "192.0.2.6")]
    [InlineData("::1", "::1", "127.0.0.1")]
    [InlineData("2001:DB8::/32", "2001:db8:ffff::1", "2001:db9::")]
    [InlineData("0.0.0.0/0", "203.0.113.9", "::1")]
    public void A_network_holds_its_addresses_and_no_others(string text, string inside, string outside)
    {
        Assert.True(NetworkSet.TryParse(text, out var network));
        var networks = new NetworkSet([network]);
        Assert.True(networks.Contains(IPAddress.Parse(inside)));
        Assert.False(networks.Contains(IPAddress.Parse(outside)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/+8")]
    [InlineData("10.0.0.0/08")]
    [InlineData("10.0.0.0/ 8")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.1.2.3/8")]
    [InlineData("10.0.0/8")]
    [InlineData("127.1")]
    [InlineData("010.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("fe80::1%1")]
    [InlineData("::ffff:192.0.2.1")]
    [InlineData("2001:db8::1/32")]
    [InlineData("::/129")]
    public void Anything_else_is_no_network(string text) => Assert.False(NetworkSet.TryParse(text, out _));

    [Fact]
    public void This_machine_is_all_of_127_and_the_one_of_ipv6()
    {
        Assert.True(NetworkSet.Loopback.Contains(IPAddress.Parse("127.8.9.10")));
        Assert.True(NetworkSet.Loopback.Contains(IPAddress.IPv6Loopback));
        Assert.False(NetworkSet.Loopback.Contains(IPAddress.Parse("128.0.0.1")));
        Assert.False(NetworkSet.Empty.Contains(IPAddress.Loopback));
    }
}
