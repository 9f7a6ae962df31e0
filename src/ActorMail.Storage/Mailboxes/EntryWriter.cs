using System.Buffers;
using System.IO.Hashing;
using ActorMail.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// Writes entries behind each other, through one buffer and so in as few writes as it allows, and sums them up on the
/// way.
/// </summary>
internal sealed class EntryWriter(IDisk disk, SafeFileHandle file, long offset, long expectedLength) : IDisposable
{
    private const int LargestBuffer = 256 * 1024;

    private readonly XxHash128 _hash = new();
    private readonly byte[] _buffer =
        ArrayPool<byte>.Shared.Rent((int)Math.Clamp(expectedLength, 4096, LargestBuffer));

    private long _written = offset;
    private int _used;
    private uint _checksum;
    private bool _isDisposed;

    public long Position => _written + _used;

    public void BeginEntry()
    {
        _checksum = 0;
        _hash.Reset();
    }

    /// <summary>The checksum of all octets of the entry, the hash of those of its content.</summary>
    public (uint Checksum, UInt128 Hash) EndEntry() => (_checksum, _hash.GetCurrentHashAsUInt128());

    public void Write(ReadOnlySpan<byte> octets, bool isContent)
    {
        while (octets.Length > 0)
        {
            var free = Free();
            var piece = octets[..Math.Min(octets.Length, free.Length)];
            piece.CopyTo(free);
            Take(piece.Length, isContent);
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
            Take(count, isContent: true);
            position += count;
        }
    }

    public void Copy(SafeFileHandle source, long start, long length, bool isContent)
    {
        for (var position = start; position < start + length;)
        {
            var free = Free();
            var count = disk.Read(source, free[..(int)Math.Min(free.Length, start + length - position)], position);
            if (count == 0)
                throw new IOException("A mailbox file is shorter than it was.");
            Take(count, isContent);
            position += count;
        }
    }

    /// <summary>Entries as they are, one behind the other; gives them with their new places.</summary>
    public List<MailboxEntry> Copy(IReadOnlyList<MailboxEntry> entries, SafeFileHandle source)
    {
        var copies = new List<MailboxEntry>(entries.Count);
        foreach (var entry in entries)
        {
            copies.Add(entry.At(Position));
            Copy(source, entry.Message.Offset, entry.Length, isContent: false);
        }

        return copies;
    }

    /// <summary>Hands everything to the file; nothing is durable by that.</summary>
    public void WriteOut()
    {
        if (_used == 0)
            return;
        disk.Write(file, _buffer.AsSpan(0, _used), _written);
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

    private void Take(int count, bool isContent)
    {
        var octets = _buffer.AsSpan(_used, count);
        _checksum = Crc32C.Append(_checksum, octets);
        if (isContent)
            _hash.Append(octets);
        _used += count;
    }
}
