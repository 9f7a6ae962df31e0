using System.Collections.Immutable;
using System.Security.Cryptography;

namespace ActorMail.Actors.Auth;

/// <summary>How logins are checked: the settings of <c>actormail.accounts</c> and <c>actormail.auth</c>.</summary>
public sealed record AuthOptions
{
    /// <summary>True: any password opens any mailbox (<c>accounts.mode = open</c>, for development).</summary>
    public bool IsOpen { get; init; }

    /// <summary>The file of accounts; not used in open mode.</summary>
    public string AccountsFile { get; init; } = "";

    /// <summary>The domain of a user who gives none; null in the basic profile, where a name is a mailbox.</summary>
    public string? DefaultDomain { get; init; }

    /// <summary>Password hashes computed at a time: each takes 19 MiB and some 50 ms of one core.</summary>
    public int MaxConcurrentHashes { get; init; } = 2;

    /// <summary>Logins that wait for their turn; the next one is told to try later.</summary>
    public int MaxWaiting { get; init; } = 1_000;

    /// <summary>A failed login is answered this much later, and more after several from one address.</summary>
    public TimeSpan FailureDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Whether logins are offered and taken without TLS, under which a password crosses the network in clear.
    /// </summary>
    public PlaintextLogins AllowPlaintext { get; init; } = PlaintextLogins.Loopback;

    /// <summary>The names of the mechanisms on offer, the one that clients should prefer first.</summary>
    public ImmutableArray<string> Mechanisms { get; init; } =
        ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN", "LOGIN"];

    /// <summary>Rounds of SCRAM for keys that are made from now on (RFC 7677 §4: at least 4,096).</summary>
    public int ScramIterations { get; init; } = 65_536;

    /// <summary>Whether accounts need keys for SCRAM: what is not used is not kept.</summary>
    public bool OffersScram() => Mechanisms.Any(name => name.StartsWith("SCRAM-", StringComparison.Ordinal));

    /// <summary>
    /// Makes the server's part of a nonce (RFC 5802 §5.1): 18 octets of chance, and only in tests none.
    /// </summary>
    public Func<string> MakeNonce { get; init; } =
        static () => Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
}
