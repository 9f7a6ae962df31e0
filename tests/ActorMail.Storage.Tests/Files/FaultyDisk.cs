using ActorMail.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace ActorMail.Storage.Tests.Files;

/// <summary>
/// The real disk, but for one step that goes wrong; and, beside it, a book of what would be left if the power went now.
/// Steps are those that change something: open for writing, write, flush, truncate, rename, delete, folders.
/// </summary>
internal sealed class FaultyDisk(string root, Trouble trouble = Trouble.None, int atStep = int.MaxValue) : IDisk
{
    private readonly RealDisk _disk = RealDisk.Instance;
    private readonly VolatileDisk _cache = VolatileDisk.Of(root);
    private bool _isDown;
    private bool _isFull;
    private bool _hasRoom;

    public DiskSpace FreeSpace { get; set; } = new(long.MaxValue, long.MaxValue);

    public int Seed { get; init; }

    public int Steps { get; private set; }

    /// <summary>The steps in words, such as <c>flush mail/bob</c>.</summary>
    public List<string> Book { get; } = [];

    public string DurabilityNote => "None.";

    public ulong BootId { get; init; } = 1;

    /// <summary>A time after everything that was written before; 0 for a machine that never went down.</summary>
    public long BootedAt { get; init; }

    /// <summary>The disk is full no more, and will not be.</summary>
    public void MakeRoom() => (_isFull, _hasRoom) = (false, true);

    /// <summary>A folder as it may look after a power cut at this moment: one of many ways, by the seed.</summary>
    public void CutPower(string into) => _cache.Leave(into, new Random(Seed));

    public SafeFileHandle Open(string path, DiskAccess access)
    {
        if (access != DiskAccess.CreateNew)
        {
            ThrowIfDown();
            return _cache.Opened(_disk.Open(path, access), path);
        }

        Step("create", path);
        return _cache.Created(_disk.Open(path, access), path);
    }

    public int Read(SafeFileHandle file, Span<byte> octets, long offset)
    {
        ThrowIfDown();
        return _disk.Read(file, octets, offset);
    }

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> octets, long offset)
    {
        var half = octets[..(octets.Length / 2)];
        var grows = offset + octets.Length > _disk.Stat(file).Size;
        var isTheOne = Steps == atStep;
        try
        {
            Step("write", _cache.PathOf(file), needsRoom: grows);
        }
        catch (Exception failure) when (isTheOne && failure is (MachineDownException or StoreFullException))
        {
            _disk.Write(file, half, offset);
            _cache.Written(file, half, offset);
            throw;
        }

        _disk.Write(file, octets, offset);
        _cache.Written(file, octets, offset);
    }

    public void Flush(SafeFileHandle file)
    {
        try
        {
            Step("flush", _cache.PathOf(file));
        }
        catch (IOException)
        {
            _cache.Forgotten(file);
            throw;
        }

        _cache.Flushed(file);
    }

    public void Truncate(SafeFileHandle file, long length)
    {
        Step("truncate", _cache.PathOf(file));
        _disk.Truncate(file, length);
        _cache.Truncated(file, length);
    }

    public void Rename(string from, string to)
    {
        Step("rename to", to);
        _disk.Rename(from, to);
        _cache.Renamed(from, to);
    }

    public void Delete(string path)
    {
        Step("delete", path);
        _disk.Delete(path);
        _cache.Deleted(path);
    }

    public void CreateFolder(string path)
    {
        ThrowIfDown();
        if (Directory.Exists(path))
            return;
        Step("make folder", path);
        _disk.CreateFolder(path);
        _cache.FolderCreated(path);
    }

    public void FlushFolder(string path)
    {
        Step("flush folder", path);
        _cache.FolderFlushed(path);
    }

    public IReadOnlyList<string> List(string path)
    {
        ThrowIfDown();
        return _disk.List(path);
    }

    public FileStat? Stat(string path)
    {
        ThrowIfDown();
        return _disk.Stat(path);
    }

    public FileStat Stat(SafeFileHandle file)
    {
        ThrowIfDown();
        return _disk.Stat(file);
    }

    public DiskSpace Space(string path) => FreeSpace;

    private void Step(string what, string path, bool needsRoom = false)
    {
        ThrowIfDown();
        Book.Add($"{what} {Path.GetRelativePath(root, path)}");
        var isTheOne = Steps++ == atStep;
        _isDown |= isTheOne && trouble == Trouble.Crash;
        ThrowIfDown();
        if (isTheOne && trouble == Trouble.InputOutputError)
            throw new IOException("Input/output error.");
        _isFull |= isTheOne && trouble == Trouble.Full && !_hasRoom;
        if (_isFull && (needsRoom || what is "create" or "make folder"))
            throw new StoreFullException("No space left on device.");
    }

    private void ThrowIfDown()
    {
        if (_isDown)
            throw new MachineDownException();
    }
}
