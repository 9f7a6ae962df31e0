using ActorMail.Storage.Files;

namespace ActorMail.Storage.Simulation;

/// <summary>
/// A disk in memory that forgets, tears and fails, all by one seed. Names are durable in the order in which they
/// changed, up to the last flush of a folder concerned; octets are when their file was flushed.
/// </summary>
public sealed class SimulatedDisk(Random dice) : IDisk
{
    private const int BookLength = 400;

    private readonly Dictionary<string, Inode> _names = [];
    private readonly HashSet<string> _folders = [];
    private readonly Dictionary<string, Inode> _sureNames = [];
    private readonly HashSet<string> _sureFolders = [];
    private readonly List<(string Folder, string Other, Action<Dictionary<string, Inode>, HashSet<string>> Do)> _steps =
        [];

    private ulong _inodes;
    private long _clock = 1_700_000_000_000_000_000;
    private bool _isDown;

    public DiskFaults Faults { get; } = new();

    /// <summary>Operations so far that change something.</summary>
    public int Operations { get; private set; }

    /// <summary>The operation in which the machine stops.</summary>
    public int CrashAt { get; set; } = int.MaxValue;

    public int Boots { get; private set; }

    /// <summary>Whether a file may have several names.</summary>
    public bool HasLinks { get; init; } = true;

    public string DurabilityNote => "Nothing here is durable.";

    /// <summary>What the volume says of itself; it is not counted down.</summary>
    public DiskSpace FreeSpace { get; set; } = new(long.MaxValue / 2, long.MaxValue / 2);

    /// <summary>The last operations in words.</summary>
    public Queue<string> Book { get; } = [];

    public DiskFile Open(string path, DiskAccess access)
    {
        ThrowIfDown();
        if (access != DiskAccess.CreateNew)
        {
            MayFailToRead(path);
            return _names.TryGetValue(path, out var found)
                ? new SimulatedFile(this, found, path)
                : throw new FileNotFoundException($"There is no {path}.");
        }

        Step($"create {path}");
        if (_names.ContainsKey(path))
            throw new IOException($"There is a {path} already.");
        if (!_folders.Contains(Path.GetDirectoryName(path)!))
            throw new DirectoryNotFoundException($"There is no folder of {path}.");
        if (Faults.IsFull)
            throw new StoreFullException("No space left on device.");
        var inode = new Inode(++_inodes);
        Touch(inode);
        Change(path, path, (names, _) => names[path] = inode);
        return new SimulatedFile(this, inode, path);
    }

    public bool TryCreate(string path, ReadOnlySpan<byte> content)
    {
        ThrowIfDown();
        if (_names.ContainsKey(path))
            return false;
        using var file = Open(path, DiskAccess.CreateNew);
        file.Write(content, 0);
        return true;
    }

    public bool TryLink(string file, string path)
    {
        ThrowIfDown();
        if (!HasLinks)
            throw new IOException("Operation not permitted.");
        if (_names.ContainsKey(path))
            return false;
        Step($"link {path} to {file}");
        if (!_names.TryGetValue(file, out var inode))
            throw new FileNotFoundException($"There is no {file}.");
        inode.ChangedNs = Tick();
        Change(path, path, (names, _) => names[path] = inode);
        return true;
    }

    public void Rename(string from, string to)
    {
        Step($"rename {from} to {to}");
        if (!_names.TryGetValue(from, out var inode))
            throw new FileNotFoundException($"There is no {from}.");
        inode.ChangedNs = Tick();
        Change(from, to, (names, _) =>
        {
            if (names.Remove(from, out var moved))
                names[to] = moved;
        });
    }

    public void Delete(string path)
    {
        ThrowIfDown();
        if (!_names.ContainsKey(path))
            return;
        Step($"delete {path}");
        Change(path, path, (names, _) => names.Remove(path));
    }

    public void CreateFolder(string path)
    {
        ThrowIfDown();
        if (_folders.Contains(path))
            return;
        Step($"make folder {path}");
        Change(path, path, (_, folders) => folders.Add(path));
    }

    public void DeleteFolder(string path)
    {
        Step($"delete folder {path}");
        Change(path, path, (_, folders) => folders.Remove(path));
    }

    public void FlushFolder(string path)
    {
        Step($"flush folder {path}");
        if (Faults.IgnoresFolderFlush(path))
            return;
        if (Fails(Faults.Flush))
            throw new IOException("Input/output error.");
        var last = _steps.FindLastIndex(step => step.Folder == path || step.Other == path);
        MakeSure(last + 1);
    }

    public IReadOnlyList<string> List(string path)
    {
        ThrowIfDown();
        return [.. _names.Keys.Where(name => Path.GetDirectoryName(name) == path).Select(Path.GetFileName).Order()!];
    }

    public IReadOnlyList<string> ListFolders(string path)
    {
        ThrowIfDown();
        return [.. _folders.Where(name => Path.GetDirectoryName(name) == path).Select(Path.GetFileName).Order()!];
    }

    public FileStat? Stat(string path)
    {
        ThrowIfDown();
        return _names.TryGetValue(path, out var inode) ? StatOf(inode) : null;
    }

    public DiskSpace Space(string path) => Faults.IsFull ? FreeSpace with { Free = 0 } : FreeSpace;

    /// <summary>The machine is started again, after its process was killed or its power went.</summary>
    public void Restart(bool wasPowerCut)
    {
        (_isDown, CrashAt) = (false, int.MaxValue);
        Boots++;
        Note(wasPowerCut ? "power cut" : "kill");
        if (!wasPowerCut)
            return;
        MakeSure(dice.Next(_steps.Count + 1));
        _steps.Clear();
        _names.Clear();
        _folders.Clear();
        foreach (var (path, inode) in _sureNames)
            _names[path] = inode;
        _folders.UnionWith(_sureFolders);
        foreach (var inode in _names.Values.Distinct())
            inode.LosePower(dice);
    }

    public byte[] Contents(string path) => _names[path].Octets.ToArray();

    /// <summary>What another program does: it counts for nothing here, and is durable.</summary>
    public void AppendAsOthers(string path, ReadOnlySpan<byte> octets)
    {
        _names[path].Write(octets, _names[path].Length);
        FlushAsOthers(path);
        Note($"another program appends to {path}");
    }

    /// <summary>Another program writes the file anew in place.</summary>
    public void RewriteAsOthers(string path, ReadOnlySpan<byte> octets)
    {
        _names[path].Truncate(0);
        _names[path].Write(octets, 0);
        FlushAsOthers(path);
        Note($"another program rewrites {path}");
    }

    private void FlushAsOthers(string path)
    {
        _names[path].Flush();
        Touch(_names[path]);
        MakeSure(_steps.FindLastIndex(step => step.Other == path || step.Other == Path.GetDirectoryName(path)) + 1);
    }

    public void LockAsOthers(string path, bool isLocked) => _names[path].IsLockedByOthers = isLocked;

    public void Flip(string path, int offset, byte mask) => _names[path].Flip(offset, mask);

    public IEnumerable<string> Files() => _names.Keys.Order();

    internal static FileStat StatOf(Inode inode) =>
        new(inode.Number, inode.Length, inode.ModifiedNs, inode.ChangedNs);

    internal void Write(Inode inode, string path, ReadOnlySpan<byte> octets, int offset)
    {
        try
        {
            Step($"write {path} {offset}+{octets.Length}");
        }
        catch (MachineDownException)
        {
            if (Operations - 1 == CrashAt)
                inode.Write(octets[..dice.Next(octets.Length + 1)], offset);
            throw;
        }

        var grows = offset + octets.Length > inode.Length;
        if (Fails(Faults.Write) || (Faults.IsFull && grows))
        {
            inode.Write(octets[..dice.Next(octets.Length)], offset);
            Touch(inode);
            throw Faults.IsFull && grows
                ? new StoreFullException("No space left on device.")
                : new IOException("Input/output error.");
        }

        inode.Write(octets, offset);
        Touch(inode);
    }

    internal void Flush(Inode inode, string path)
    {
        Step($"flush {path}");
        if (Faults.IgnoresFlush(path))
            return;
        if (Fails(Faults.Flush))
        {
            inode.Lose(dice);
            Note($"flush of {path} failed");
            throw new IOException("Input/output error.");
        }

        inode.Flush();
    }

    internal void Step(string what)
    {
        ThrowIfDown();
        Note(what);
        if (Operations++ == CrashAt)
            _isDown = true;
        ThrowIfDown();
    }

    internal void Touch(Inode inode) => inode.ModifiedNs = inode.ChangedNs = Tick();

    internal void MayFailToRead(string path)
    {
        ThrowIfDown();
        if (Fails(Faults.Read))
            throw new IOException($"Input/output error: {path}");
    }

    private long Tick() => _clock += 1_000;

    private bool Fails(double share) => share > 0 && dice.NextDouble() < share;

    private void Change(string from, string to, Action<Dictionary<string, Inode>, HashSet<string>> change)
    {
        change(_names, _folders);
        _steps.Add((Path.GetDirectoryName(from)!, Path.GetDirectoryName(to)!, change));
    }

    /// <summary>File systems with a journal keep the order: what came before is sure as well.</summary>
    private void MakeSure(int count)
    {
        foreach (var step in _steps.Take(count))
            step.Do(_sureNames, _sureFolders);
        _steps.RemoveRange(0, count);
    }

    private void Note(string what)
    {
        Book.Enqueue(what);
        if (Book.Count > BookLength)
            Book.Dequeue();
    }

    private void ThrowIfDown()
    {
        if (_isDown)
            throw new MachineDownException();
    }
}
