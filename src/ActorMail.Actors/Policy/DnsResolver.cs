using System.Net;
using DnsClient;
using DnsClient.Protocol;

namespace ActorMail.Actors.Policy;

/// <summary>Asks name servers for addresses. Keeps nothing: who asks knows for how long an answer holds.</summary>
public sealed class DnsResolver
{
    private readonly LookupClient _client;

    /// <param name="servers">Empty for those of the system.</param>
    /// <param name="timeout">For one name, however often it is asked for.</param>
    public DnsResolver(IReadOnlyCollection<IPEndPoint> servers, TimeSpan timeout)
    {
        // Without any server of the system the library would ask Google's.
        NameServer[] chosen = servers.Count > 0
            ? [.. servers.Select(server => new NameServer(server))]
            : [.. NameServer.ResolveNameServers(skipIPv6SiteLocal: true, fallbackToGooglePublicDns: false)];
        _client = new LookupClient(new LookupClientOptions(chosen)
        {
            UseCache = false,
            ThrowDnsErrors = false,
            ContinueOnEmptyResponse = false,
            Retries = 1,
            Timeout = timeout / 2,
        });
    }

    /// <exception cref="DnsResponseException">No server answered, or the answer was that it cannot.</exception>
    public async Task<DnsAnswer> QueryAsync(string name)
    {
        var response = await _client.QueryAsync(name, QueryType.A).ConfigureAwait(false);
        var code = response.Header.ResponseCode;
        if (code is not (DnsHeaderResponseCode.NoError or DnsHeaderResponseCode.NotExistentDomain))
            throw new DnsResponseException((DnsResponseCode)code);

        var records = response.Answers.ARecords().ToList();
        var seconds = records.Count > 0 ? records.Min(record => record.TimeToLive) : NegativeTime(response);
        return new DnsAnswer([.. records.Select(record => record.Address)], TimeSpan.FromSeconds(seconds));
    }

    /// <summary>RFC 2308 §5: the smaller number of the zone's SOA; an answer without one is not kept.</summary>
    private static long NegativeTime(IDnsQueryResponse response) =>
        response.Authorities.OfType<SoaRecord>().FirstOrDefault() is { } zone
            ? Math.Min(zone.TimeToLive, zone.Minimum)
            : 0;
}
