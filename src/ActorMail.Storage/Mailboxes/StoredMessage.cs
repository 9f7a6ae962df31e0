using System.Runtime.InteropServices;
using ActorMail.Protocols.Wire;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// One message in a mailbox file. The entry begins at <see cref="Offset"/> with its <c>From </c> line; the message
/// itself, our trace fields included, follows with <see cref="Length"/> octets as stored, then what ends the entry.
/// The order and size of the fields are those of the index file: 96 octets, little-endian.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public readonly record struct StoredMessage
{
    public uint Uid { get; init; }

    public BodyTraits Traits { get; init; }

    /// <summary>Of the last change of the message (RFC 7162).</summary>
    public ulong Modseq { get; init; }

    public long Offset { get; init; }

    public long Length { get; init; }

    /// <summary>Octets on the wire with CRLF line ends, without stuffed dots (RFC 1939 §11).</summary>
    public long WireLength { get; init; }

    /// <summary>Milliseconds since 1970, UTC.</summary>
    public long ReceivedAt { get; init; }

    /// <summary>A bit for each keyword of <see cref="MailboxView.Keywords"/>.</summary>
    public ulong Keywords { get; init; }

    internal ulong FingerprintLow { get; init; }

    internal ulong FingerprintHigh { get; init; }

    /// <summary>Octets of the stored header with the blank line that ends it.</summary>
    public int HeaderLength { get; init; }

    /// <summary>CRC-32C of the whole entry as stored, from <c>From </c> line to pad.</summary>
    public uint Checksum { get; init; }

    public int FromLength { get; init; }

    public int PadLength { get; init; }

    public MessageMarks Flags { get; init; }

    /// <summary>CRC-32C of the message alone.</summary>
    internal uint ContentChecksum { get; init; }

    public long ContentOffset => Offset + FromLength;

    public long End => ContentOffset + Length + PadLength;

    /// <summary>Octets of the entry.</summary>
    public long EntryLength => FromLength + Length + PadLength;

    /// <summary>Knows the message again wherever it stands, whatever fields mail programs add to it.</summary>
    internal UInt128 Fingerprint
    {
        get => new(FingerprintHigh, FingerprintLow);
        init => (FingerprintHigh, FingerprintLow) = ((ulong)(value >> 64), (ulong)value);
    }
}
