namespace ActorMail.Protocols.Smtp;

/// <summary>Whether a server takes mail.</summary>
public enum SmtpService
{
    Open,

    /// <summary>Not now: 554 in place of the greeting (RFC 5321 §3.1).</summary>
    Closed,

    /// <summary>This host never does: 521 (RFC 7504 §3).</summary>
    Never,
}
