using System.Buffers;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// Writes octets behind each other, through one buffer and so in as few writes as it allows; a long run of another
/// file is copied past the buffer.
/// </summary>
internal sealed class EntryWriter(DiskFile file, long offset, long expectedLength) : IDisposable
{
    private const int LargestBuffer = 256 * 1024;
    private const int LongRun = 64 * 1024;

    private readonly byte[] _buffer =
        ArrayPool<byte>.Shared.Rent((int)Math.Clamp(expectedLength, 4096, LargestBuffer));

    private long _written = offset;
    private int _used;
    private bool _isDisposed;

    public long Position => _written + _used;

    public void Write(ReadOnlySpan<byte> octets)
    {
        while (octets.Length > 0)
        {
            var free = Free();
            var piece = octets[..Math.Min(octets.Length, free.Length)];
            piece.CopyTo(free);
            _used += piece.Length;
            octets = octets[piece.Length..];
        }
    }

    public void Write(MessageBody body)
    {
        for (var position = 0L; position < body.Length;)
        {
            var free = Free();
            var count = body.Read(position, free[..(int)Math.Min(free.Length, body.Length - position)]);
            if (count == 0)
                throw new IOException("A message that is being delivered is shorter than it was.");
            _used += count;
            position += count;
        }
    }

    public void Copy(DiskFile source, long start, long length)
    {
        if (length >= LongRun)
        {
            WriteOut();
            file.CopyFrom(source, start, length, _written);
            _written += length;
            return;
        }

        for (var position = start; position < start + length;)
        {
            var free = Free();
            var count = source.Read(free[..(int)Math.Min(free.Length, start + length - position)], position);
            if (count == 0)
                throw new IOException("A mailbox file is shorter than it was.");
            _used += count;
            position += count;
        }
    }

    /// <summary>Hands everything to the file; nothing is durable by that.</summary>
    public void WriteOut()
    {
        if (_used == 0)
            return;
        file.Write(_buffer.AsSpan(0, _used), _written);
        (_written, _used) = (_written + _used, 0);
    }

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    private Span<byte> Free()
    {
        if (_used == _buffer.Length)
            WriteOut();
        return _buffer.AsSpan(_used);
    }
}
