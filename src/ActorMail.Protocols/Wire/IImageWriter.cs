using System.Buffers;

namespace ActorMail.Protocols.Wire;

/// <summary>Takes the stored image of a message of which only its middle may show what it is.</summary>
public interface IImageWriter : IBufferWriter<byte>
{
    /// <summary>
    /// All that was written is text, and each LF in it stands for a CRLF: puts the CRs in. Afterwards what is written
    /// stands as it is. Happens once at the most.
    /// </summary>
    /// <param name="position">Behind so many octets of what was written.</param>
    /// <returns>The same place, behind so many octets more as there are LFs before it.</returns>
    long AddReturns(long position);
}
