namespace ActorMail.Protocols.Smtp;

/// <summary>What the pure part of an SMTP session has to know of the settings <c>actormail.smtp</c>.</summary>
public sealed record SmtpSettings
{
    /// <summary>Our name in the greeting, in 221 and 421, and in Received (RFC 5321 §4.1.1.1).</summary>
    public required string Hostname { get; init; }

    /// <summary>
    /// The course's profile: no EHLO, no enhanced codes, MAIL without HELO, recipients without domain.
    /// </summary>
    public bool IsBasic { get; init; }

    /// <summary>Takes names and paths only as RFC 5321 §4.1.2 writes them.</summary>
    public bool IsStrict { get; init; }

    /// <summary>RFC 5321 §4.5.3.1.8: at least 100.</summary>
    public int MaxRecipients { get; init; } = 1_000;

    /// <summary>In octets as RFC 1870 §5 counts them; the number behind SIZE in the reply to EHLO.</summary>
    public long MaxMessageSize { get; init; } = 64 * 1024 * 1024;

    /// <summary>The domain of the examples that refusals and HELP give.</summary>
    public string DefaultDomain { get; init; } = "example.org";
}
