using ActorMail.Server.Configuration;

namespace ActorMail.Server.Tests.Configuration;

public sealed class ListenEndpointTests
{
    [Theory]
    [InlineData("127.0.0.1:2525", "127.0.0.1:2525", true)]
    [InlineData("127.0.0.2:0", "127.0.0.2:0", true)]
    [InlineData("0.0.0.0:25", "0.0.0.0:25", false)]
    [InlineData("192.0.2.1:65535", "192.0.2.1:65535", false)]
    [InlineData("[::1]:2525", "[::1]:2525", true)]
    [InlineData("[::]:25", "[::]:25", false)]
    [InlineData("[2001:db8::1]:25", "[2001:db8::1]:25", false)]
    public void An_address_with_a_port_is_one_endpoint(string text, string expected, bool isLoopback)
    {
        Assert.True(ListenEndpoint.TryParse(text, out var endpoints));

        var endpoint = Assert.Single(endpoints);
        Assert.Equal(expected, endpoint.ToString());
        Assert.Equal(isLoopback, endpoint.IsLoopback);
        Assert.False(endpoint.IsOptional);
    }

    [Fact]
    public void Localhost_is_both_loopback_addresses_of_which_the_second_may_be_absent()
    {
        Assert.True(ListenEndpoint.TryParse("localhost:2525", out var endpoints));

        Assert.Equal(["127.0.0.1:2525", "[::1]:2525"], endpoints.Select(endpoint => endpoint.ToString()));
        Assert.Equal([false, true], endpoints.Select(endpoint => endpoint.IsOptional));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2525")]
    [InlineData(":2525")]
    [InlineData("*:2525")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:+25")]
    [InlineData("127.0.0.1: 25")]
    [InlineData("127.1:25")]
    [InlineData("0x7f.0.0.1:25")]
    [InlineData("mail.example.org:25")]
    [InlineData("::1:25")]
    [InlineData("[::1]")]
    [InlineData("[127.0.0.1]:25")]
    [InlineData("[[::1]]:25")]
    public void Anything_else_is_no_endpoint(string text)
    {
        Assert.False(ListenEndpoint.TryParse(text, out var endpoints));
        Assert.Empty(endpoints);
    }
}
