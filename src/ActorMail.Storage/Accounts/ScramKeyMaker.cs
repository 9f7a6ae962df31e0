using System.Collections.Immutable;
using System.Security.Cryptography;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Sasl;

namespace ActorMail.Storage.Accounts;

/// <summary>Makes what an account keeps of its password for SCRAM, as costly to guess from as its other hash.</summary>
public static class ScramKeyMaker
{
    public const int SaltOctets = 16;

    /// <summary>The hashes that accounts have keys for.</summary>
    public static ImmutableArray<ScramHash> Hashes { get; } = [ScramHash.Sha256, ScramHash.Sha1];

    /// <summary>
    /// How often a hash is iterated where SHA-256 is <paramref name="iterations"/> times. SHA-1 is faster, so it takes
    /// 13 for 6, the ratio of OWASP's password storage guide.
    /// </summary>
    public static int IterationsOf(ScramHash hash, int iterations) => Math.Clamp(
        hash == ScramHash.Sha1 ? (int)(iterations * 13L / 6) : iterations,
        ScramKeys.MinIterations, ScramKeys.MaxIterations);

    /// <summary>Keys with new salts for each of the hashes. Takes some 0.3 s of one core.</summary>
    public static ImmutableArray<ScramKeys> Make(Secret password, int iterations) =>
        [.. Hashes.Select(hash => ScramKeys.Derive(hash, password, NewSalt(hash, iterations)))];

    private static ScramSalt NewSalt(ScramHash hash, int iterations) =>
        new(RandomNumberGenerator.GetBytes(SaltOctets), IterationsOf(hash, iterations));
}
