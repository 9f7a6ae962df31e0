using System.Collections.Immutable;
using System.Security.Cryptography;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Sasl;

namespace ActorMail.Storage.Accounts;

/// <summary>Makes what an account keeps of its password for SCRAM.</summary>
public static class ScramKeyMaker
{
    public const int SaltOctets = 16;

    /// <summary>The hashes that accounts have keys for.</summary>
    public static ImmutableArray<ScramHash> Hashes { get; } = [ScramHash.Sha256, ScramHash.Sha1];

    /// <summary>Keys with new salts for each of the hashes. Takes some 0.05 s of one core.</summary>
    public static ImmutableArray<ScramKeys> Make(Secret password, int iterations) =>
        [.. Hashes.Select(hash => ScramKeys.Derive(hash, password, NewSalt(iterations)))];

    private static ScramSalt NewSalt(int iterations) =>
        new(RandomNumberGenerator.GetBytes(SaltOctets), iterations);
}
