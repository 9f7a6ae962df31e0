using System.Net;
using ActorMail.Actors.Net;
using ActorMail.Protocols.Mail;

namespace ActorMail.Actors.Policy;

/// <summary>
/// Counts what clients and accounts do, over all listeners together, and says when that is too much in a minute. Shared
/// by all sessions: thread-safe, in shards that rarely meet. It remembers no more than
/// <see cref="PolicyOptions.MaxTracked"/>; when it is full those go first who owe nothing, then those who were counted
/// longest ago.
/// </summary>
public sealed class RateLedger
{
    private const int MostShards = 64;

    /// <summary>With fewer the keys would be spread too unevenly.</summary>
    private const int FewestKeysOfShard = 256;

    private static readonly long Minute = TimeSpan.FromMinutes(1).Ticks;

    private readonly PolicyOptions _options;
    private readonly TimeProvider _time;
    private readonly long _startedAt;
    private readonly RateShard[] _shards;

    public RateLedger(PolicyOptions options, TimeProvider time)
    {
        (_options, _time, _startedAt) = (options, time, time.GetTimestamp());
        var count = Math.Clamp(options.MaxTracked / FewestKeysOfShard, 1, MostShards);
        _shards = [.. Enumerable.Range(0, count).Select(_ => new RateShard(Math.Max(1, options.MaxTracked / count)))];
    }

    /// <summary>Addresses and accounts that are remembered.</summary>
    public int Tracked => _shards.Sum(shard => shard.Count);

    /// <summary>Counts one; the limit, and nothing counted, if that is too much from this address.</summary>
    public PolicyLimit? Count(RateKind kind, IPAddress address)
    {
        var (rate, setting) = kind switch
        {
            RateKind.Connections => (_options.MaxConnectionsPerMinute, "policy.max-connections-per-minute"),
            RateKind.Messages => (_options.MaxMessagesPerMinute, "policy.max-messages-per-minute"),
            RateKind.Recipients => (_options.MaxRecipientsPerMinute, "policy.max-recipients-per-minute"),
            RateKind.Errors => (_options.MaxErrorsPerMinute, "policy.max-errors-per-minute"),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not counted"),
        };
        return rate == 0 || _options.Exempt.Contains(address)
            ? null
            : Count(new RateKey(kind, ClientNetwork.Of(address), default), rate, setting);
    }

    /// <summary>Counts one; the limit, and nothing counted, if that is too much of this account.</summary>
    public PolicyLimit? Count(RateKind kind, MailboxName account)
    {
        var (rate, setting) = kind switch
        {
            RateKind.Messages =>
                (_options.MaxAccountMessagesPerMinute, "policy.account.max-messages-per-minute"),
            RateKind.Recipients =>
                (_options.MaxAccountRecipientsPerMinute, "policy.account.max-recipients-per-minute"),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not counted of accounts"),
        };
        return rate == 0 ? null : Count(new RateKey(kind, null, account), rate, setting);
    }

    private PolicyLimit? Count(RateKey key, int rate, string setting)
    {
        var shard = _shards[(uint)key.GetHashCode() % (uint)_shards.Length];
        var now = _time.GetElapsedTime(_startedAt).Ticks;
        return shard.TryCount(key, now, Minute / rate, Minute) ? null : new PolicyLimit(setting, rate);
    }
}
