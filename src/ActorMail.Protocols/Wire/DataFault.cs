namespace ActorMail.Protocols.Wire;

/// <summary>Why a message that was read to its end is refused nevertheless. The first fault found counts.</summary>
public enum DataFault
{
    None,

    /// <summary>A CR without LF or an LF without CR, with which messages are smuggled (RFC 5321 §2.3.8).</summary>
    BareLineEnd,

    /// <summary>More octets than the limit (RFC 1870 §6.3).</summary>
    TooLarge,

    /// <summary>
    /// More Received fields than a message collects that does not go round in circles (RFC 5321 §6.3).
    /// </summary>
    TooManyReceived,
}
