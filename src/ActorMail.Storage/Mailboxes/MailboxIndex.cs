using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// The index file of one mailbox, being written: a snapshot, and behind it what happened since. It is flushed by
/// checkpoints only: until then the journal says the same.
/// </summary>
internal sealed class MailboxIndex : IDisposable
{
    private const long SmallestLog = 1024 * 1024;

    private readonly StoreContext _store;
    private readonly ulong _snapshotId;
    private readonly long _snapshotLength;
    private readonly SharedFile _file;
    private long _end;

    private MailboxIndex(StoreContext store, SharedFile file, ulong snapshotId, long snapshotLength, long end) =>
        (_store, _file, _snapshotId, _snapshotLength, _end) = (store, file, snapshotId, snapshotLength, end);

    /// <summary>A write failed, nobody knows how far: only a new file will do.</summary>
    public bool IsSuspect { get; private set; }

    /// <summary>The log is so long that a new snapshot is shorter to read.</summary>
    public bool IsLong => _end - _snapshotLength > Math.Max(SmallestLog, _snapshotLength / 4);

    /// <summary>Null if there is no index, or none that can be read.</summary>
    public static MailboxState? Load(IDisk disk, MailboxPaths paths) => Load(disk, paths.Index);

    /// <summary>Goes on behind the last record of the index file; null if there is none that can be read.</summary>
    public static (MailboxIndex Index, MailboxState State)? Open(StoreContext store, MailboxPaths paths)
    {
        if (!TryRead(store.Disk, paths.Index, out var id, out var state, out var snapshotLength, out var length))
            return null;
        var file = new SharedFile(
            store.Disk.Open(paths.Index, DiskAccess.ReadWrite), paths.Name, isIndex: true);
        return (new MailboxIndex(store, file, id, snapshotLength, length), state);
    }

    /// <summary>The first index of a mailbox: the journal has everything that it says, so nothing is flushed.</summary>
    public static MailboxIndex CreateFirst(StoreContext store, MailboxPaths paths, MailboxState state)
    {
        store.Disk.CreateFolder(paths.Folder);
        store.Dirty.AddFolder(paths.MetaFolder);
        store.Dirty.AddFolder(paths.Folder);
        store.Disk.Delete(paths.Index);
        var index = Write(store, paths, state, paths.Index);
        store.Dirty.Add(index._file);
        return index;
    }

    /// <summary>
    /// A new index in the place of the old one; its name is durable with the next flush of its folder.
    /// </summary>
    public static MailboxIndex Replace(StoreContext store, MailboxPaths paths, MailboxState state)
    {
        var index = Prepare(store, paths, state);
        try
        {
            store.Disk.Rename(paths.NewIndex(state.Generation), paths.Index);
            return index;
        }
        catch
        {
            index.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A new index beside the old one; its octets are durable when this returns, and its name with the next flush of
    /// its folder.
    /// </summary>
    public static MailboxIndex Prepare(StoreContext store, MailboxPaths paths, MailboxState state)
    {
        store.Disk.CreateFolder(paths.Folder);
        store.Disk.FlushFolder(paths.MetaFolder);
        var path = paths.NewIndex(state.Generation);
        store.Disk.Delete(path);
        var index = Write(store, paths, state, path);
        try
        {
            index._file.File.Flush();
            return index;
        }
        catch
        {
            index.Dispose();
            store.Disk.Delete(path);
            throw;
        }
    }

    /// <summary>
    /// A new mailbox file has taken the place of the old one, and the power went before its index did: that lies ready,
    /// and names the file by its inode.
    /// </summary>
    public static void FinishReplacement(StoreContext store, MailboxPaths paths)
    {
        var names = store.Disk.List(paths.Folder);
        foreach (var name in names.Where(MailboxPaths.IsNewIndex))
        {
            var path = paths.InFolder(name);
            if (Load(store.Disk, path) is not { Stat: { } described } state
                || path != paths.NewIndex(state.Generation) || described.Inode == 0
                || names.Contains(Path.GetFileName(paths.NewFile(state.Generation)))
                || store.Disk.Stat(paths.File)?.Inode != described.Inode
                || Load(store.Disk, paths.Index)?.Generation >= state.Generation)
            {
                continue;
            }

            // After a kill it may be in the memory of the machine only (R1), and taken for clean there by a flush that
            // failed (R2): only what is written again is sure to be flushed.
            using (var file = store.Disk.Open(path, DiskAccess.ReadWrite))
                file.WriteAgain(file.Stat().Size);
            store.Disk.FlushFolder(paths.MailFolder);
            store.Disk.Rename(path, paths.Index);
            store.Disk.FlushFolder(paths.Folder);
            return;
        }
    }

    /// <summary>Removes what somebody left half-written who was to replace file and index.</summary>
    public static void DeleteLeftovers(StoreContext store, MailboxPaths paths)
    {
        var names = store.Disk.List(paths.Folder).Where(MailboxPaths.IsTemporary).ToList();
        if (names.Count == 0)
            return;
        // Indexes first, for good: one whose mailbox file is gone would look as if that had been renamed (R4).
        names.FindAll(MailboxPaths.IsNewIndex).ForEach(name => store.Disk.Delete(paths.InFolder(name)));
        store.Disk.FlushFolder(paths.Folder);
        names.FindAll(MailboxPaths.IsNewFile).ForEach(name => store.Disk.Delete(paths.InFolder(name)));
    }

    /// <summary>
    /// Reads an index file for a look from outside, and says what is the matter with it if it cannot be.
    /// </summary>
    public static IndexLook Look(IDisk disk, MailboxPaths paths)
    {
        if (disk.Stat(paths.Index) is not { } stat)
            return new IndexLook(IndexCondition.Missing, null, 0, 0);
        if (TryRead(disk, paths.Index, out _, out var state, out _, out var length))
            return new IndexLook(IndexCondition.Good, state, length, stat.Size);
        using var file = disk.Open(paths.Index, DiskAccess.Read);
        Span<byte> header = stackalloc byte[IndexFormat.HeaderLength];
        var isOfAnother = IndexFormat.IsOfAnotherVersion(header[..file.Read(header, 0)]);
        var condition = isOfAnother ? IndexCondition.OfAnotherVersion : IndexCondition.Damaged;
        return new IndexLook(condition, null, 0, stat.Size);
    }

    public void Append(ReadOnlySpan<StoredMessage> messages, FileStat? stat) => Write(
        IndexRecordType.Append, messages[^1].Modseq, new RecordWriter().Add(stat).Add(messages));

    public void Expunge(IReadOnlyCollection<UidRange> ranges, long milliseconds, ulong modseq) => Write(
        IndexRecordType.Expunge, modseq, new RecordWriter().Add(milliseconds).Add(ranges));

    public void SetFlags(IReadOnlyCollection<UidRange> ranges, FlagChange change, ulong modseq) => Write(
        IndexRecordType.Flags, modseq, new RecordWriter().Add(change).Add(ranges));

    public void NoteStat(FileStat? stat, ulong modseq) =>
        Write(IndexRecordType.Stat, modseq, new RecordWriter().Add(stat));

    /// <summary>Another index has taken its place.</summary>
    public void Retire()
    {
        _file.IsObsolete = true;
        Dispose();
    }

    public void Dispose() => _file.Release();

    private static MailboxIndex Write(StoreContext store, MailboxPaths paths, MailboxState state, string path)
    {
        var id = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));
        var (header, keywords) = IndexFormat.Snapshot(state, id);
        var file = store.Disk.Open(path, DiskAccess.CreateNew);
        try
        {
            file.Write(header, 0);
            long length = header.Length;
            foreach (var piece in state.Messages.Pieces())
            {
                file.Write(MemoryMarshal.AsBytes(piece.Span), length);
                length += (long)piece.Length * IndexFormat.MessageLength;
            }

            if (keywords.Length > 0)
                file.Write(keywords, length);
            length += keywords.Length;
            var shared = new SharedFile(file, paths.Name, isIndex: true);
            return new MailboxIndex(store, shared, id, length, length);
        }
        catch
        {
            file.Dispose();
            store.Disk.Delete(path);
            throw;
        }
    }

    private static MailboxState? Load(IDisk disk, string path) =>
        TryRead(disk, path, out _, out var state, out _, out _) ? state : null;

    private static bool TryRead(
        IDisk disk, string path, out ulong id, out MailboxState state, out long snapshotLength, out long length)
    {
        (id, state, snapshotLength, length) = (0, null!, 0, 0);
        if (disk.Stat(path) is not { } stat)
            return false;
        using var file = disk.Open(path, DiskAccess.Read);
        if (IndexFormat.ReadSnapshot(file, stat.Size, out id, out snapshotLength) is not { } found)
            return false;
        var octets = GC.AllocateUninitializedArray<byte>(checked((int)Math.Max(0, stat.Size - snapshotLength)));
        var log = octets.AsSpan(0, file.Read(octets, snapshotLength));
        var taken = 0;
        while (IndexFormat.ApplyRecord(log[taken..], id, found) is > 0 and var size)
            taken += size;
        (state, length) = (found, snapshotLength + taken);
        return true;
    }

    private void Write(IndexRecordType type, ulong modseq, RecordWriter data)
    {
        var record = IndexFormat.Record(type, modseq, _snapshotId, data.Written.Span);
        try
        {
            _file.File.Write(record, _end);
        }
        catch (IOException failure)
        {
            // What found no room is written over by the next record; after any other failure nobody knows.
            IsSuspect |= failure is not StoreFullException;
            throw;
        }

        _end += record.Length;
        _store.Dirty.Add(_file);
    }
}
