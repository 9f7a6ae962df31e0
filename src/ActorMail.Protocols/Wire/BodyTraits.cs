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

    /// <summary>Stored verbatim, CRs and all, because it holds a bare CR or LF (BDAT, APPEND; never by DATA).</summary>
    Raw = 2,

    /// <summary>At least one line begins with a dot.</summary>
    HasDot = 4,

    /// <summary>At least one octet is above 127.</summary>
    EightBit = 8,
}
