using ActorMail.Protocols.Wire;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// One message in a mailbox file. The entry begins at <paramref name="Offset"/> with its <c>From </c> line of
/// <paramref name="FromLength"/> octets; the message itself, our trace fields included, follows with
/// <paramref name="Length"/> octets as stored, then <paramref name="PadLength"/> octets that end the entry.
/// </summary>
/// <param name="WireLength">Octets on the wire with CRLF line ends, without stuffed dots (RFC 1939 §11).</param>
/// <param name="HeaderLength">Octets of the stored header with the blank line that ends it.</param>
/// <param name="ReceivedAt">Milliseconds since 1970, UTC.</param>
/// <param name="Checksum">CRC-32C of the whole entry as stored, from <c>From </c> line to pad.</param>
public readonly record struct StoredMessage(
    uint Uid,
    long Offset,
    int FromLength,
    long Length,
    int PadLength,
    long WireLength,
    int HeaderLength,
    BodyTraits Traits,
    long ReceivedAt,
    uint Checksum)
{
    public long ContentOffset => Offset + FromLength;

    public long End => ContentOffset + Length + PadLength;
}
