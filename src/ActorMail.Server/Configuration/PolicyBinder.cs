using System.Collections.Immutable;
using System.Net;
using ActorMail.Actors.Net;
using ActorMail.Actors.Policy;

namespace ActorMail.Server.Configuration;

/// <summary>Reads <c>actormail.policy</c>, and how long answers to errors wait.</summary>
internal static class PolicyBinder
{
    private const int Million = 1_000_000;
    private const int DnsPort = 53;
    private const string ExemptKey = "actormail.policy.exempt";
    private const string ServersKey = "actormail.policy.dns.servers";

    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(10);

    /// <summary>Adds what the sessions of other servers' clients are asked before they are greeted.</summary>
    public static SessionOptions Session(SettingValues values, SessionOptions session) => session with
    {
        // RFC 5321 §4.5.3.2.1: clients wait 5 minutes, and some less.
        GreetingDelay = values.Duration("actormail.policy.greeting-delay", TimeSpan.Zero, TimeSpan.FromMinutes(2)),
        RefusesEarlyTalkers = values.Flag("actormail.policy.refuse-early-talkers"),
        Exempt = values.Networks(ExemptKey),
    };

    public static PolicyOptions Bind(SettingValues values) => new()
    {
        MaxConnectionsPerMinute = values.Number("actormail.policy.max-connections-per-minute", 0, Million),
        MaxMessagesPerMinute = values.Number("actormail.policy.max-messages-per-minute", 0, Million),
        MaxRecipientsPerMinute = values.Number("actormail.policy.max-recipients-per-minute", 0, Million),
        MaxErrorsPerMinute = values.Number("actormail.policy.max-errors-per-minute", 0, Million),
        MaxAccountMessagesPerMinute = values.Number("actormail.policy.account.max-messages-per-minute", 0, Million),
        MaxAccountRecipientsPerMinute =
            values.Number("actormail.policy.account.max-recipients-per-minute", 0, Million),
        MaxTracked = values.Number("actormail.policy.max-tracked", 1, 100 * Million),
        Exempt = values.Networks(ExemptKey),
        ErrorDelay = new ErrorDelay
        {
            After = values.Number("actormail.smtp.error-delay-after", 0, Million),
            Step = values.Duration("actormail.smtp.error-delay", TimeSpan.Zero, ErrorDelay.Longest),
        },
        Helo = values.Choice(
            "actormail.policy.helo",
            ("off", HeloCheck.Off), ("valid", HeloCheck.Valid), ("strict", HeloCheck.Strict)),
        DnsLists = new DnsListOptions
        {
            BlockLists = Lists(values, "actormail.policy.dns.block-lists"),
            AllowLists = Lists(values, "actormail.policy.dns.allow-lists"),
            Servers = values.IsAuto(ServersKey) ? [] : Servers(values),
            Allow = values.Networks("actormail.policy.dns.allow"),
            Timeout = values.Duration("actormail.policy.dns.timeout", Instant, TimeSpan.FromSeconds(30)),
            CacheFor = values.Duration("actormail.policy.dns.cache-for", TimeSpan.Zero, TimeSpan.FromDays(1)),
            MaxCached = values.Number("actormail.policy.dns.max-cached", 0, 10 * Million),
            MaxLookups = values.Number("actormail.policy.dns.max-lookups", 1, 10_000),
        },
    };

    private static ImmutableArray<DnsList> Lists(SettingValues values, string key)
    {
        var lists = ImmutableArray.CreateBuilder<DnsList>();
        foreach (var text in values.List(key))
        {
            if (DnsList.TryParse(text, out var list))
                lists.Add(list!);
            else
                values.Refuse(key, $"expected zones of DNS, {DnsList.Examples}; found '{text}'");
        }

        return lists.ToImmutable();
    }

    private static ImmutableArray<IPEndPoint> Servers(SettingValues values)
    {
        var servers = ImmutableArray.CreateBuilder<IPEndPoint>();
        foreach (var text in values.List(ServersKey))
        {
            if (ReadServer(text) is { } server)
                servers.Add(server);
            else
                values.Refuse(ServersKey, $"expected addresses, such as 192.0.2.53 or 127.0.0.1:5353; found '{text}'");
        }

        if (servers.Count == 0 && values.AreSound(ServersKey))
            values.Refuse(ServersKey, "is empty; auto takes the servers of the system");
        return servers.ToImmutable();
    }

    private static IPEndPoint? ReadServer(string text)
    {
        if (NetworkSet.IsAddress(text, out var address))
            return new IPEndPoint(address, DnsPort);

        // localhost would be two.
        return ListenEndpoint.TryParse(text, out var found) && found is [{ Endpoint: IPEndPoint { Port: > 0 } server }]
            ? server
            : null;
    }
}
