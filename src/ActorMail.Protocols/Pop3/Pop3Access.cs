using System.Collections.Immutable;

namespace ActorMail.Protocols.Pop3;

/// <summary>What a client's connection lets it do, apart from what it has said; TLS makes it another.</summary>
public sealed record Pop3Access
{
    public bool IsSecure { get; init; }

    /// <summary>STLS can be had (RFC 2595 §4).</summary>
    public bool CanStartTls { get; init; }

    /// <summary>Passwords are taken on this connection (RFC 8314 §4.1).</summary>
    public bool CanLogIn { get; init; }

    /// <summary>Names of the SASL mechanisms that are offered, the strongest first.</summary>
    public ImmutableArray<string> Mechanisms { get; init; } = [];

    public bool Offers(string mechanism) => Mechanisms.Contains(mechanism, StringComparer.OrdinalIgnoreCase);
}
