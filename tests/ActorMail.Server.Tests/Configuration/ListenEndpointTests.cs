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

    [Fact]
    public void A_path_is_a_socket_of_this_machine_where_paths_are_taken()
    {
        Assert.True(ListenEndpoint.TryParseWithPath("unix:/run/actormail/lmtp.sock", out var endpoints, out _));

        var endpoint = Assert.Single(endpoints);
        Assert.Equal("unix:/run/actormail/lmtp.sock", endpoint.ToString());
        Assert.Equal("/run/actormail/lmtp.sock", endpoint.Path);
        Assert.True(endpoint.IsLoopback);
        Assert.False(endpoint.IsAnyPort);
        Assert.False(ListenEndpoint.TryParse("unix:/run/actormail/lmtp.sock", out _));
    }

    [Theory]
    [InlineData("unix:")]
    [InlineData("unix:lmtp.sock")]
    [InlineData("unix:/run/actormail/")]
    [InlineData("unix:/run/\nlmtp.sock")]
    public void A_path_is_whole(string text)
    {
        Assert.False(ListenEndpoint.TryParseWithPath(text, out var endpoints, out var fault));
        Assert.Empty(endpoints);
        Assert.StartsWith("expected a whole path", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('x', 106, true)]
    [InlineData('x', 107, false)]
    [InlineData('\u00fc', 53, true)]
    [InlineData('\u00fc', 54, false)]
    public void A_path_has_107_octets_at_most(char letter, int letters, bool isGood)
    {
        var path = "/" + new string(letter, letters);
        Assert.Equal(isGood, ListenEndpoint.TryParseWithPath($"unix:{path}", out _, out var fault));
        Assert.Equal(
            isGood ? null : $"the path of a socket has 107 octets at most, and this one {(letter == 'x' ? 108 : 109)}: "
                + $"'{path}'",
            fault);
    }

    [Fact]
    public void Where_paths_are_taken_addresses_are_too()
    {
        Assert.True(ListenEndpoint.TryParseWithPath("127.0.0.1:24", out var endpoints, out _));
        Assert.Equal("127.0.0.1:24", Assert.Single(endpoints).ToString());
        Assert.False(ListenEndpoint.TryParseWithPath("24", out _, out var fault));
        Assert.Null(fault);
    }
}
