using System.Collections.Immutable;

namespace ActorMail.Protocols.Pop3;

/// <summary>What a client's connection lets it do, apart from what it has said; TLS makes it another.</summary>
public sealed record Pop3Access
{
    public bool IsSecure { get; init; }

    /// <summary>STLS can be had (RFC 2595 §4).</summary>
    public bool CanStartTls { get; init; }

    /// <summary>Logins are taken on this connection (RFC 8314 §4.1).</summary>
    public bool CanLogIn { get; init; }

    /// <summary>
    /// USER and PASS work: with a mechanism that hands over the password as they do, or where AUTH is not offered at
    /// all. Who leaves those mechanisms out of the settings means USER and PASS as well.
    /// </summary>
    public bool TakesPasswords => CanLogIn && (Mechanisms.IsEmpty || Offers("PLAIN") || Offers("LOGIN"));

    /// <summary>Names of the SASL mechanisms that are offered, the strongest first.</summary>
    public ImmutableArray<string> Mechanisms { get; init; } = [];

    public bool Offers(string mechanism) => Mechanisms.Contains(mechanism, StringComparer.OrdinalIgnoreCase);
}
