using ActorMail.Storage.Files;
using ActorMail.Storage.Simulation;

namespace ActorMail.Actors.Tests;

/// <summary>
/// A simulated disk for several threads at a time. What a test does before a flush, such as to wait or to throw, is
/// done without holding up the others.
/// </summary>
internal sealed class SharedDisk : IDisk
{
    private readonly Lock _lock = new();
    private readonly SimulatedDisk _disk = new(new Random(1));
    private volatile Action<string> _beforeFlush = _ => { };
    private int _journalFlushes;

    public string DurabilityNote => _disk.DurabilityNote;

    /// <summary>Flushes of segments of the journal that were asked for.</summary>
    public int JournalFlushes => Volatile.Read(ref _journalFlushes);

    /// <summary>Is given the path of the file.</summary>
    public Action<string> BeforeFlush
    {
        set => _beforeFlush = value;
    }

    public void Change(Action<SimulatedDisk> change)
    {
        lock (_lock)
            change(_disk);
    }

    public string Read(string path)
    {
        lock (_lock)
        {
            return _disk.Files().Contains(path)
                ? System.Text.Encoding.Latin1.GetString(_disk.Contents(path))
                : "";
        }
    }

    public DiskFile Open(string path, DiskAccess access) =>
        Do(disk => new SharedFile(this, disk.Open(path, access), path));

    public bool TryCreate(string path, ReadOnlySpan<byte> content)
    {
        lock (_lock)
            return _disk.TryCreate(path, content);
    }

    public void Rename(string from, string to) => Change(disk => disk.Rename(from, to));

    public void Delete(string path) => Change(disk => disk.Delete(path));

    public void CreateFolder(string path) => Change(disk => disk.CreateFolder(path));

    public void DeleteFolder(string path) => Change(disk => disk.DeleteFolder(path));

    public void FlushFolder(string path)
    {
        _beforeFlush(path);
        Change(disk => disk.FlushFolder(path));
    }

    public IReadOnlyList<string> List(string path) => Do(disk => disk.List(path));

    public IReadOnlyList<string> ListFolders(string path) => Do(disk => disk.ListFolders(path));

    public FileStat? Stat(string path) => Do(disk => disk.Stat(path));

    public DiskSpace Space(string path) => Do(disk => disk.Space(path));

    private T Do<T>(Func<SimulatedDisk, T> step)
    {
        lock (_lock)
            return step(_disk);
    }

    private sealed class SharedFile(SharedDisk disk, DiskFile file, string path) : DiskFile
    {
        public override int Read(Span<byte> octets, long offset)
        {
            lock (disk._lock)
                return file.Read(octets, offset);
        }

        public override void Write(ReadOnlySpan<byte> octets, long offset)
        {
            lock (disk._lock)
                file.Write(octets, offset);
        }

        public override void Flush()
        {
            if (path.StartsWith("/data/journal/", StringComparison.Ordinal))
                Interlocked.Increment(ref disk._journalFlushes);
            disk._beforeFlush(path);
            disk.Change(_ => file.Flush());
        }

        public override void Truncate(long length) => disk.Change(_ => file.Truncate(length));

        public override FileStat Stat() => disk.Do(_ => file.Stat());

        public override bool TryLock() => disk.Do(_ => file.TryLock());

        public override void Unlock() => disk.Change(_ => file.Unlock());

        public override void CopyFrom(DiskFile source, long sourceOffset, long length, long offset) =>
            disk.Change(_ => file.CopyFrom(source, sourceOffset, length, offset));

        protected override void Dispose(bool isDisposing)
        {
            disk.Change(_ => file.Dispose());
            base.Dispose(isDisposing);
        }
    }
}
