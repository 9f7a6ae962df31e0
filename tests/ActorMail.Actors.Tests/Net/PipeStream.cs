using System.IO.Pipelines;

namespace ActorMail.Actors.Tests.Net;

/// <summary>A stream between two pipes, as far as sessions and TLS use one: asynchronously, and in order.</summary>
internal abstract class PipeStream : Stream
{
    public sealed override bool CanRead => true;

    public sealed override bool CanWrite => true;

    public sealed override bool CanSeek => false;

    public sealed override long Length => throw new NotSupportedException();

    public sealed override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public sealed override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public sealed override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public sealed override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public sealed override void Flush() => throw new NotSupportedException();

    public sealed override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public sealed override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>As much of what has come as the buffer holds, and never more than <paramref name="most"/>.</summary>
    protected static int Take(PipeReader from, ReadResult read, Span<byte> buffer, int most = int.MaxValue)
    {
        var count = (int)Math.Min(Math.Min(buffer.Length, most), read.Buffer.Length);
        var taken = read.Buffer.Slice(0, count);
        foreach (var segment in taken)
        {
            segment.Span.CopyTo(buffer);
            buffer = buffer[segment.Length..];
        }

        from.AdvanceTo(taken.End);
        return count;
    }
}
