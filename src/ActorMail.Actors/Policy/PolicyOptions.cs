using ActorMail.Actors.Net;

namespace ActorMail.Actors.Policy;

/// <summary>
/// How much a client or an account may ask for in a minute, and how clients must behave. A rate of 0 is no limit. As
/// much as a minute's worth may come at once.
/// </summary>
public sealed record PolicyOptions
{
    /// <summary>
    /// From one address. A house behind one address opens some connections a second at most; a server of a provider
    /// that delivers to many mailboxes stays below, too.
    /// </summary>
    public int MaxConnectionsPerMinute { get; init; } = 600;

    public int MaxMessagesPerMinute { get; init; } = 600;

    /// <summary>A mailing list sends one message to many at once.</summary>
    public int MaxRecipientsPerMinute { get; init; } = 6_000;

    /// <summary>Who guesses addresses makes an error for each that is not there.</summary>
    public int MaxErrorsPerMinute { get; init; } = 300;

    /// <summary>Of an account, from wherever it logs in: a stolen password sends no more than this.</summary>
    public int MaxAccountMessagesPerMinute { get; init; } = 120;

    public int MaxAccountRecipientsPerMinute { get; init; } = 1_200;

    /// <summary>Addresses and accounts that are remembered at a time, in all; each takes some 150 octets.</summary>
    public int MaxTracked { get; init; } = 200_000;

    /// <summary>Whom none of this applies to.</summary>
    public NetworkSet Exempt { get; init; } = NetworkSet.Loopback;

    public ErrorDelay ErrorDelay { get; init; } = new();

    public HeloCheck Helo { get; init; }

    public DnsListOptions DnsLists { get; init; } = new();
}
