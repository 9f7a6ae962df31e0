using System.Buffers;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// Where the octets of one body are: in rented chunks, or in a spool file. They go back when the body is thrown away,
/// but never under the hands of somebody who still reads them.
/// </summary>
internal sealed class BodyStore(
    StoreContext store, IReadOnlyList<ReadOnlyMemory<byte>> parts, DiskFile? spool, string path)
{
    private const int ReadOctets = 128 * 1024;

    private readonly Lock _lock = new();
    private readonly Lock _flush = new();
    private int _readers;
    private bool _isUnwanted;
    private bool _isGone;
    private bool _isFlushed;
    private volatile bool _isKept;

    public string? SpoolName => spool is null ? null : Path.GetFileName(path);

    /// <summary>Octets read: fewer than asked only at the end. May be called by several threads.</summary>
    public int Read(long offset, Span<byte> octets)
    {
        BeginReading();
        try
        {
            return spool is null ? ReadParts(offset, octets) : spool.Read(octets, offset);
        }
        finally
        {
            EndReading();
        }
    }

    public void ForEach(EntryReader.ReadOnlySpanAction action)
    {
        BeginReading();
        try
        {
            foreach (var part in parts)
                action(part.Span);
            if (spool is not null)
                ForEachOf(spool, action);
        }
        finally
        {
            EndReading();
        }
    }

    public void FlushSpool()
    {
        if (spool is null)
            return;
        lock (_flush)
        {
            if (_isFlushed)
                return;
            spool.Flush();
            store.Disk.FlushFolder(MailboxPaths.SpoolFolderOf(store.Root));
            _isFlushed = true;
        }
    }

    public void KeepSpool() => _isKept = true;

    public void ThrowAway()
    {
        lock (_lock)
            _isUnwanted = true;
        GiveBackIfUnused();
    }

    private static void ForEachOf(DiskFile file, EntryReader.ReadOnlySpanAction action)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadOctets);
        try
        {
            var position = 0L;
            while (file.Read(buffer, position) is > 0 and var count)
            {
                action(buffer.AsSpan(0, count));
                position += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void BeginReading()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isUnwanted, typeof(MessageBody));
            _readers++;
        }
    }

    private void EndReading()
    {
        lock (_lock)
            _readers--;
        GiveBackIfUnused();
    }

    private int ReadParts(long offset, Span<byte> octets)
    {
        var total = 0;
        foreach (var part in parts)
        {
            if (offset < part.Length)
            {
                var piece = part.Span[(int)offset..];
                piece = piece[..Math.Min(piece.Length, octets.Length - total)];
                piece.CopyTo(octets[total..]);
                total += piece.Length;
            }

            offset = Math.Max(0, offset - part.Length);
        }

        return total;
    }

    private void GiveBackIfUnused()
    {
        lock (_lock)
        {
            if (!_isUnwanted || _readers > 0 || _isGone)
                return;
            _isGone = true;
        }

        foreach (var part in parts)
            BodyChunks.Return(part);
        if (spool is null)
            return;
        spool.Dispose();
        if (_isKept)
            return;
        try
        {
            store.Disk.Delete(path);
        }
        catch (IOException failure)
        {
            store.Report($"A spool file stays until the next start: {failure.Message}");
        }
    }
}
