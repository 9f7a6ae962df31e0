using ActorMail.Storage.Files;

namespace ActorMail.Storage.Simulation;

/// <summary>An open file of a <see cref="SimulatedDisk"/>; dead once the machine was started again.</summary>
internal sealed class SimulatedFile(SimulatedDisk disk, Inode inode, string path) : DiskFile
{
    private readonly int _boot = disk.Boots;
    private bool _isClosed;

    public Inode Inode => inode;

    public override int Read(Span<byte> octets, long offset)
    {
        Check();
        disk.MayFailToRead(path);
        if (offset >= inode.Length)
            return 0;
        var count = (int)Math.Min(octets.Length, inode.Length - offset);
        inode.Octets.Slice((int)offset, count).CopyTo(octets);
        return count;
    }

    public override void Write(ReadOnlySpan<byte> octets, long offset)
    {
        Check();
        disk.Write(inode, path, octets, (int)offset);
    }

    public override void Flush()
    {
        Check();
        disk.Flush(inode, path);
    }

    public override void Truncate(long length)
    {
        Check();
        disk.Step($"truncate {path} to {length}");
        inode.Truncate((int)length);
        disk.Touch(inode);
    }

    public override FileStat Stat()
    {
        Check();
        return SimulatedDisk.StatOf(inode);
    }

    public override bool TryLock()
    {
        Check();
        return !inode.IsLockedByOthers;
    }

    public override void Unlock()
    {
    }

    public override void CopyFrom(DiskFile source, long sourceOffset, long length, long offset)
    {
        var octets = new byte[length];
        if (source.Read(octets, sourceOffset) != length)
            throw new IOException("A file is shorter than it was.");
        Write(octets, offset);
    }

    protected override void Dispose(bool isDisposing)
    {
        _isClosed = true;
        base.Dispose(isDisposing);
    }

    private void Check()
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (_boot != disk.Boots)
            throw new MachineDownException();
    }
}
