using System.Collections.Immutable;

namespace ActorMail.Protocols.Sasl;

/// <summary>
/// The mechanisms of this server, the strongest first. CRAM-MD5, DIGEST-MD5 and APOP are not among them: they need the
/// password itself, or what is as good as it, on the disk.
/// </summary>
public static class SaslMechanisms
{
    public static ImmutableArray<SaslMechanism> All { get; } =
    [
        new ScramMechanism(ScramHash.Sha256, isPlus: true), new ScramMechanism(ScramHash.Sha256, isPlus: false),
        new ScramMechanism(ScramHash.Sha1, isPlus: false), new PlainMechanism(), new LoginMechanism(),
    ];

    /// <summary>The mechanism of this name in any letter case (RFC 4954 §8), or null.</summary>
    public static SaslMechanism? Find(string name) => All.FirstOrDefault(
        mechanism => string.Equals(mechanism.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Those that can be offered, the strongest first.</summary>
    /// <param name="enabled">Names from the settings, in any letter case; unknown ones are passed over.</param>
    /// <param name="hasStoredKeys">The accounts keep keys of passwords; without, any password may be right.</param>
    /// <param name="hasBinding">The connection has <c>tls-server-end-point</c> data.</param>
    public static ImmutableArray<SaslMechanism> OnOffer(
        IEnumerable<string> enabled, bool hasStoredKeys, bool hasBinding)
    {
        var names = enabled.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. All.Where(mechanism => names.Contains(mechanism.Name)
                && (hasStoredKeys || !mechanism.NeedsStoredKeys)
                && (hasBinding || !mechanism.NeedsChannelBinding)),
        ];
    }
}
