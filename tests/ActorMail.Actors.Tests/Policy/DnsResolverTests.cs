using ActorMail.Actors.Policy;
using DnsClient;

namespace ActorMail.Actors.Tests.Policy;

/// <summary>Over UDP on loopback, with a name server of this test.</summary>
public sealed class DnsResolverTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task An_address_is_found_with_the_shortest_time_it_may_be_kept_for()
    {
        using var server = new NameServerOfTest(
            _ => [("127.0.0.4", 600), ("127.0.0.2", 30)]);

        var answer = await Resolver(server).QueryAsync("1.2.0.192.zen.example.org");

        Assert.Equal(["127.0.0.4", "127.0.0.2"], answer.Addresses.Select(address => address.ToString()));
        Assert.Equal(TimeSpan.FromSeconds(30), answer.TimeToLive);
        Assert.Equal(["1.2.0.192.zen.example.org"], server.Asked);
    }

    [Fact]
    public async Task A_name_that_is_not_there_is_kept_for_as_long_as_its_zone_says()
    {
        using var server = new NameServerOfTest(_ => []);

        var answer = await Resolver(server).QueryAsync("2.2.0.192.zen.example.org");

        Assert.Empty(answer.Addresses);
        Assert.Equal(TimeSpan.FromSeconds(NameServerOfTest.NegativeSeconds), answer.TimeToLive);
    }

    [Fact]
    public async Task A_server_that_cannot_say_is_a_failure()
    {
        using var server = new NameServerOfTest(_ => null);
        await Assert.ThrowsAsync<DnsResponseException>(() => Resolver(server).QueryAsync("3.2.0.192.zen.example.org"));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_a_failure_in_time()
    {
        using var server = new NameServerOfTest(_ => null, isSilent: true);
        var resolver = new DnsResolver([server.Endpoint], TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAsync<DnsResponseException>(
            () => resolver.QueryAsync("4.2.0.192.zen.example.org").WaitAsync(Patience));
        await server.WhenAsked.WaitAsync(Patience);
    }

    private static DnsResolver Resolver(NameServerOfTest server) => new([server.Endpoint], Patience);
}
