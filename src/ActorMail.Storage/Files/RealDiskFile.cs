using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace ActorMail.Storage.Files;

/// <summary>A file of this machine.</summary>
internal sealed class RealDiskFile(SafeFileHandle handle) : DiskFile
{
    private const int CopyBuffer = 256 * 1024;

    public override int Read(Span<byte> octets, long offset)
    {
        var total = 0;
        while (total < octets.Length)
        {
            var count = RandomAccess.Read(handle, octets[total..], offset + total);
            if (count == 0)
                break;
            total += count;
        }

        return total;
    }

    public override void Write(ReadOnlySpan<byte> octets, long offset)
    {
        try
        {
            // Writes what is left after a short write, and again after EINTR.
            RandomAccess.Write(handle, octets, offset);
        }
        catch (IOException failure) when (RealDisk.IsFull(failure.HResult))
        {
            throw new StoreFullException("There is no room on the disk.", failure);
        }
        catch (ArgumentOutOfRangeException failure)
        {
            // .NET's name for EFBIG, the limit of a file's size (RLIMIT_FSIZE).
            throw new StoreFullException("The file may not grow any further.", failure);
        }
    }

    public override void Flush()
    {
        if (OperatingSystem.IsWindows())
        {
            // Reports failures there; on Linux it would hide them.
            RandomAccess.FlushToDisk(handle);
            return;
        }

        Posix.Flush(handle);
    }

    public override void Truncate(long length) => RealDisk.Translated(() =>
    {
        RandomAccess.SetLength(handle, length);
        return true;
    });

    public override FileStat Stat() => RealDisk.Stat(handle);

    /// <summary>Linux alone has locks that belong to the open file; elsewhere the dotlock must do.</summary>
    public override bool TryLock() => !OperatingSystem.IsLinux() || Posix.TryLock(handle);

    public override void Unlock()
    {
        if (OperatingSystem.IsLinux())
            Posix.ReleaseLock(handle);
    }

    public override void CopyFrom(DiskFile source, long sourceOffset, long length, long offset)
    {
        var copied = OperatingSystem.IsLinux() && source is RealDiskFile { Handle: var from }
            ? Posix.CopyRange(from, sourceOffset, handle, offset, length)
            : 0;
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBuffer);
        try
        {
            while (copied < length)
            {
                var piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - copied));
                var count = source.Read(piece, sourceOffset + copied);
                if (count == 0)
                    throw new IOException("A file is shorter than it was.");
                Write(piece[..count], offset + copied);
                copied += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected override void Dispose(bool isDisposing)
    {
        if (isDisposing)
            handle.Dispose();
        base.Dispose(isDisposing);
    }

    private SafeFileHandle Handle => handle;
}
