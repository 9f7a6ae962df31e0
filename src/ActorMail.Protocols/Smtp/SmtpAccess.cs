using System.Collections.Immutable;

namespace ActorMail.Protocols.Smtp;

/// <summary>What a client's connection lets it do, apart from what it has said; TLS makes it another.</summary>
public sealed record SmtpAccess
{
    public bool IsSecure { get; init; }

    /// <summary>STARTTLS can be had.</summary>
    public bool CanStartTls { get; init; }

    /// <summary>Logins are taken on this connection (RFC 8314 §4.1).</summary>
    public bool CanLogIn { get; init; }

    /// <summary>XCLIENT is believed of this client.</summary>
    public bool MaySpeakForOthers { get; init; }

    /// <summary>Names of the SASL mechanisms that are offered, the strongest first.</summary>
    public ImmutableArray<string> Mechanisms { get; init; } = [];

    public bool Offers(string mechanism) => Mechanisms.Contains(mechanism, StringComparer.OrdinalIgnoreCase);
}
