using ActorMail.Protocols.Wire;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// The stored octets of a message as a part of a file that never changes there again. Bodies do not travel between
/// actors: who was given a slice reads the file. It is valid as long as its reader holds the mailbox's lock.
/// </summary>
public sealed record MessageSlice(SharedFile File, long Offset, long Length, long WireLength, BodyTraits Traits)
{
    /// <summary>
    /// Octets of the message: fewer than asked only at its end, or where the file is shorter than it was.
    /// </summary>
    public int Read(Span<byte> octets, long position)
    {
        var count = (int)Math.Min(octets.Length, Math.Max(0, Length - position));
        return File.File.Read(octets[..count], Offset + position);
    }
}
