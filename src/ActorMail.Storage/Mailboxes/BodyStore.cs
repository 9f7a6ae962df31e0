using Microsoft.Win32.SafeHandles;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// Where the octets of one body are: in rented chunks, or in a spool file. They go back when the body is thrown away,
/// but never under the hands of somebody who still reads them.
/// </summary>
internal sealed class BodyStore(
    StoreContext store, IReadOnlyList<ReadOnlyMemory<byte>> parts, SafeFileHandle? spool, string path)
{
    private readonly Lock _lock = new();
    private int _readers;
    private bool _isUnwanted;
    private bool _isGone;

    /// <summary>Octets read: fewer than asked only at the end. May be called by several threads.</summary>
    public int Read(long offset, Span<byte> octets)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isUnwanted, typeof(MessageBody));
            _readers++;
        }

        try
        {
            return spool is null ? ReadParts(offset, octets) : store.Disk.Read(spool, octets, offset);
        }
        finally
        {
            lock (_lock)
                _readers--;
            GiveBackIfUnused();
        }
    }

    public void ThrowAway()
    {
        lock (_lock)
            _isUnwanted = true;
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
