using System.Buffers;
using ActorMail.Protocols.Wire;

namespace ActorMail.Storage.Mailboxes;

/// <summary>Takes a message as it comes in: pooled chunks at first, a spool file past the threshold.</summary>
public abstract class BodyWriter : IBufferWriter<byte>, IDisposable
{
    public abstract void Advance(int count);

    public abstract Memory<byte> GetMemory(int sizeHint = 0);

    public abstract Span<byte> GetSpan(int sizeHint = 0);

    /// <summary>Ends the message; from here on its body belongs to the caller.</summary>
    public abstract MessageBody Complete(long wireLength, int headerLength, BodyTraits traits);

    /// <summary>Throws the message away, unless it was completed.</summary>
    public abstract void Dispose();
}
