namespace ActorMail.Protocols.Smtp;

/// <summary>What stands behind the path of MAIL.</summary>
public sealed record MailParameters
{
    public static readonly MailParameters None = new();

    /// <summary>What the client declared (RFC 1870 §6), in octets; never above the limit.</summary>
    public long? Size { get; init; }

    public BodyKind Body { get; init; }

    /// <summary>SMTPUTF8: envelope and header may hold UTF-8 (RFC 6531 §3.4).</summary>
    public bool IsUtf8 { get; init; }

    /// <summary>Null where the client leaves it to us.</summary>
    public DsnReturn? Return { get; init; }

    /// <summary>ENVID, decoded: printable ASCII that means something to the sender alone (RFC 3461 §4.4).</summary>
    public string? EnvelopeId { get; init; }
}
