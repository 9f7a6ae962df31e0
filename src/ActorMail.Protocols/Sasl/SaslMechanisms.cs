using System.Collections.Immutable;

namespace ActorMail.Protocols.Sasl;

/// <summary>
/// The mechanisms of this server, the strongest first. CRAM-MD5, DIGEST-MD5 and APOP are not among them: they need the
/// password itself, or what is as good as it, on the disk.
/// </summary>
public static class SaslMechanisms
{
    public static ImmutableArray<SaslMechanism> All { get; } = [];

    public static ImmutableArray<SaslMechanism> OnOffer(
        ImmutableArray<string> enabled, bool hasStoredKeys, bool hasBinding) =>
        [.. All.Where(it => enabled.Contains(it.Name) && (hasStoredKeys || !it.NeedsStoredKeys)
            && (hasBinding || !it.NeedsChannelBinding))];
}
