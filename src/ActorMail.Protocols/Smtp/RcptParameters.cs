namespace ActorMail.Protocols.Smtp;

/// <summary>What stands behind the path of RCPT (RFC 3461 §4).</summary>
public sealed record RcptParameters
{
    public static readonly RcptParameters None = new();

    /// <summary>Null where the client said nothing, which means failures and perhaps delays.</summary>
    public DsnNotify? Notify { get; init; }

    /// <summary>ORCPT: <c>rfc822;</c> and an address, decoded, which nobody has to understand (§4.2).</summary>
    public string? OriginalRecipient { get; init; }
}
