using System.IO.Pipelines;

namespace ActorMail.Actors.Tests.Net;

/// <summary>
/// One end of a network in memory: reads from one pipe, writes to another. As on a socket, a read of no octets waits
/// until there are some; <paramref name="onIdle"/> hears of each wait. A read gives at most
/// <paramref name="maxRead"/> octets, as if no more had come yet.
/// </summary>
internal sealed class LoopbackStream(PipeReader from, PipeWriter to, Action onIdle, int maxRead) : PipeStream
{
    private long _written;
    private int _writes;

    /// <summary>Octets written so far.</summary>
    public long Written => Interlocked.Read(ref _written);

    public int Writes => Volatile.Read(ref _writes);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // TLS reads without looking first as long as it shakes hands.
        var isThere = from.TryRead(out var read);
        if (buffer.IsEmpty || !isThere)
            onIdle();
        if (!isThere)
            read = await from.ReadAsync(cancellationToken);
        return Take(from, read, buffer.Span, maxRead);
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Interlocked.Add(ref _written, buffer.Length);
        Interlocked.Increment(ref _writes);
        if ((await to.WriteAsync(buffer, cancellationToken)).IsCompleted)
            throw new IOException("The other end is closed.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            from.Complete();
            to.Complete();
            onIdle();
        }

        base.Dispose(disposing);
    }
}
