using System.Collections.Immutable;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Sasl;

namespace ActorMail.Storage.Accounts;

/// <summary>Makes what an account keeps of its password for SCRAM.</summary>
public static class ScramKeyMaker
{
    public const int SaltOctets = 16;

    /// <summary>The hashes that accounts have keys for.</summary>
    public static ImmutableArray<ScramHash> Hashes { get; } = [ScramHash.Sha256, ScramHash.Sha1];

    /// <summary>
    /// Keys for each of the hashes. Takes some 0.05 s of one core. The salts are those that were made up for the
    /// mailbox as long as nobody had it: one that changes when an account is made, or gets another password, would
    /// tell that there is one.
    /// </summary>
    public static ImmutableArray<ScramKeys> Make(
        Secret password, MailboxName mailbox, SaltSecret salts, int iterations) =>
        [.. Hashes.Select(hash => ScramKeys.Derive(hash, password, salts.MakeUp("", mailbox, hash, iterations)))];
}
