using ActorMail.Protocols.Wire;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// The stored octets of a message as a part of a file that never changes there again. Bodies do not travel between
/// actors: who was given a slice reads the file. It is valid as long as its reader holds the mailbox's lock.
/// </summary>
/// <param name="File">Where it stands.</param>
/// <param name="Offset">Of its first octet.</param>
/// <param name="Length">Octets as stored.</param>
/// <param name="WireLength">Octets on the wire, stuffed dots not counted.</param>
/// <param name="Traits">What its way to the wire needs.</param>
/// <param name="Uid">Its number in the mailbox.</param>
/// <param name="Checksum">CRC-32C of the octets as they were stored.</param>
public sealed record MessageSlice(
    SharedFile File, long Offset, long Length, long WireLength, BodyTraits Traits, uint Uid, uint Checksum)
{
    /// <summary>
    /// Octets of the message: fewer than asked only at its end, or where the file is shorter than it was.
    /// </summary>
    public int Read(Span<byte> octets, long position)
    {
        var count = (int)Math.Min(octets.Length, Math.Max(0, Length - position));
        return File.File.Read(octets[..count], Offset + position);
    }

    /// <summary>
    /// The checksum of all octets up to here, to be compared with <see cref="Checksum"/> behind the last: another
    /// program may have written over the message.
    /// </summary>
    /// <param name="checksum">Of those before; 0 for none.</param>
    /// <param name="octets">The next ones.</param>
    public static uint Sum(uint checksum, ReadOnlySpan<byte> octets) => Crc32C.Append(checksum, octets);
}
