using System.Net;
using ActorMail.Actors.Policy;

namespace ActorMail.Actors.Tests.Policy;

public sealed class DnsListTests
{
    [Fact]
    public void The_name_of_a_client_is_its_address_backwards()
    {
        var list = List("zen.example.org");
        Assert.Equal("99.2.0.192.zen.example.org", list.NameOf(IPAddress.Parse("192.0.2.99")));
        Assert.Equal("99.2.0.192.zen.example.org", list.NameOf(IPAddress.Parse("::ffff:192.0.2.99")));
        // RFC 5782 §2.4.
        Assert.Equal(
            "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.zen.example.org",
            list.NameOf(IPAddress.Parse("2001:db8:1:2:3:4:567:89ab")));
    }

    [Theory]
    [InlineData("zen.example.org", "127.0.0.2", true)]
    [InlineData("zen.example.org", "127.255.254.255", true)]
    [InlineData("zen.example.org", "127.255.255.254", false)]
    [InlineData("zen.example.org", "198.51.100.1", false)]
    [InlineData("zen.example.org=127.0.0.2", "127.0.0.2", true)]
    [InlineData("zen.example.org=127.0.0.2", "127.0.0.3", false)]
    [InlineData("zen.example.org=127.0.0.2-11", "127.0.0.1", false)]
    [InlineData("zen.example.org=127.0.0.2-11", "127.0.0.2", true)]
    [InlineData("zen.example.org=127.0.0.2-11", "127.0.0.11", true)]
    [InlineData("zen.example.org=127.0.0.2-11", "127.0.0.12", false)]
    [InlineData("zen.example.org=127.0.0.2-11", "::1", false)]
    public void Only_the_answers_that_the_setting_names_count(string text, string answer, bool counts) =>
        Assert.Equal(counts, List(text).Counts(IPAddress.Parse(answer)));

    [Theory]
    [InlineData("")]
    [InlineData("zen")]
    [InlineData("zen example.org")]
    [InlineData("-.example.org")]
    [InlineData("zen.example.org=")]
    [InlineData("zen.example.org=127.0.0.2-1")]
    [InlineData("zen.example.org=127.0.0.2-256")]
    [InlineData("zen.example.org=127.0.0.2-127.0.0.11")]
    [InlineData("zen.example.org=127.2")]
    [InlineData("zen.example.org=::1")]
    public void Anything_else_is_no_list(string text) => Assert.False(DnsList.TryParse(text, out _));

    [Fact]
    public void A_zone_leaves_room_for_the_longest_name_in_front()
    {
        Assert.True(DnsList.TryParse(Zone(189), out _));
        Assert.False(DnsList.TryParse(Zone(190), out _));

        static string Zone(int length) => string.Concat(Enumerable.Repeat("abcdefghi.", 20))[..(length - 2)] + "xy";
    }

    private static DnsList List(string text)
    {
        Assert.True(DnsList.TryParse(text, out var list));
        return list!;
    }
}
