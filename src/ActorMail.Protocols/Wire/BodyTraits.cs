namespace ActorMail.Protocols.Wire;

/// <summary>What the stored image of a message needs on its way back to the wire. Kept in the index for ever.</summary>
[Flags]
public enum BodyTraits
{
    None = 0,

    /// <summary>
    /// At least one line was mboxrd-quoted; without it no line has to be looked at for <c>&gt;From </c>.
    /// </summary>
    Quoted = 1,

    /// <summary>
    /// The image has a CR: of another program's text, or of a message that is stored as it came because a CR or LF
    /// stands alone in it (BDAT; never by DATA). The first line of such a message ends with CRLF, which tells the one
    /// from the other: its lines go out as they are, while the LFs of text go out as CRLFs.
    /// </summary>
    Raw = 2,

    /// <summary>At least one line begins with a dot.</summary>
    HasDot = 4,

    /// <summary>At least one octet is above 127.</summary>
    EightBit = 8,

    /// <summary>
    /// None of the octets above 127 is in the header, our own trace fields included. Only ever set together with
    /// <see cref="EightBit"/>: without that the header is ASCII anyhow. An index of an earlier version does not have
    /// it, so that its absence means nothing: the header has to be looked at.
    /// </summary>
    HeaderIsAscii = 16,
}
