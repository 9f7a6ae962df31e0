namespace ActorMail.Storage.Files;

/// <summary>
/// An open file. A write or flush that returns has happened in full; one that throws may have happened in part, and
/// after a flush that threw the file is not to be trusted. May be used by any thread.
/// </summary>
public abstract class DiskFile : IDisposable
{
    /// <summary>Octets read: fewer than asked only at the end of the file.</summary>
    public abstract int Read(Span<byte> octets, long offset);

    public abstract void Write(ReadOnlySpan<byte> octets, long offset);

    /// <summary>Puts a file's octets and length on stable storage.</summary>
    public abstract void Flush();

    /// <summary>
    /// Writes what can be read at the beginning once more, and flushes it. A flush that failed may have left octets in
    /// memory that never reach the disk by another flush.
    /// </summary>
    public void WriteAgain(long length)
    {
        var buffer = new byte[(int)Math.Min(length, 1024 * 1024)];
        for (var at = 0L; at < length;)
        {
            var count = Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - at)), at);
            if (count == 0)
                break;
            Write(buffer.AsSpan(0, count), at);
            at += count;
        }

        Flush();
    }

    public abstract void Truncate(long length);

    public abstract FileStat Stat();

    /// <summary>
    /// Takes the exclusive lock that mail programs agree on (fcntl), which ends with this file; false while another
    /// program holds one. Never waits.
    /// </summary>
    public abstract bool TryLock();

    public abstract void Unlock();

    /// <summary>Appends a range of another file, inside the kernel where it can.</summary>
    public abstract void CopyFrom(DiskFile source, long sourceOffset, long length, long offset);

    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool isDisposing)
    {
    }
}
