namespace ActorMail.Protocols.Smtp;

/// <summary>
/// What a client says of the octets it is going to send: BODY of MAIL. Nothing is done to them in any case.
/// </summary>
public enum BodyKind
{
    /// <summary>Also where nothing was said. Eight bits pass all the same.</summary>
    SevenBit,

    /// <summary>RFC 6152 §3.</summary>
    EightBit,

    /// <summary>No lines, or lines of any length (RFC 3030 §3): it comes by BDAT only.</summary>
    Binary,
}
