using System.Globalization;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// The data folder of one server: <c>mail/</c>, an mbox file an address; <c>meta/</c>, their logs; <c>spool/</c>, large
/// mail on its way in; <c>store.lock</c>. May be used by any thread.
/// </summary>
public sealed class MailStore : IDisposable
{
    private const long Gibibyte = 1024L * 1024 * 1024;
    private static readonly TimeSpan SpaceIsKnownFor = TimeSpan.FromSeconds(1);

    /// <summary>File systems round times, and a clock may have been set back a little.</summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromMinutes(5);

    private readonly StoreContext _store;
    private readonly StoreLock _lock;
    private long _spooled;
    private SpaceReading? _space;

    private MailStore(StoreContext store, StoreLock holder) => (_store, _lock) = (store, holder);

    public string Root => _store.Root;

    /// <summary>How mail is made durable on this machine, in plain words.</summary>
    public string DurabilityNote => _store.Disk.DurabilityNote;

    /// <summary>
    /// Takes a data folder, which is made if there is none. <see cref="StoreInUseException"/> if another server has it.
    /// </summary>
    /// <param name="root">The folder.</param>
    /// <param name="options">Settings.</param>
    /// <param name="time">The clock.</param>
    /// <param name="report">Takes what an operator should read in the log; may be called by any thread.</param>
    /// <param name="disk">Another disk than the machine's.</param>
    public static MailStore Open(
        string root, StoreOptions options, TimeProvider time, Action<string> report, IDisk? disk = null)
    {
        ArgumentNullException.ThrowIfNull(root);
        var store = new StoreContext(Path.GetFullPath(root), options, time, report, disk ?? RealDisk.Instance);
        var isNew = !Directory.Exists(store.Root);
        store.Disk.CreateFolder(store.Root);
        var held = StoreLock.Take(store.Root, time);
        try
        {
            foreach (var folder in new[] { MailFolder(root), MailboxPaths.MetaFolderOf(root), SpoolFolder(root) })
                store.Disk.CreateFolder(folder);
            store.Disk.FlushFolder(store.Root);
            if (isNew && Path.GetDirectoryName(store.Root) is { } parent)
                store.Disk.FlushFolder(parent);
            foreach (var name in store.Disk.List(SpoolFolder(root)))
                store.Disk.Delete(Path.Join(SpoolFolder(root), name));
            if (held.UncleanSince is { } since)
                Repair(store, since);
            return new MailStore(store, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>The mailboxes that have a file, in order. Needs no store to be open.</summary>
    public static IReadOnlyList<MailboxName> List(string root)
    {
        List<MailboxName> names = [];
        foreach (var file in RealDisk.Instance.List(MailFolder(root)).Order(StringComparer.Ordinal))
        {
            if (MailboxName.TryFromValue(file, out var name))
                names.Add(name);
        }

        return names;
    }

    /// <summary>A mailbox as it is now, also while a server runs.</summary>
    public static MailboxReader OpenReadOnly(string root, MailboxName name) =>
        MailboxReader.Open(RealDisk.Instance, root, name);

    /// <summary>
    /// Puts an empty file in the place of a mailbox file, and says how many messages went. A running server takes it as
    /// it takes every change from outside.
    /// </summary>
    public static int Clear(string root, MailboxName name)
    {
        var (disk, paths) = (RealDisk.Instance, new MailboxPaths(root, name));
        if (disk.Stat(paths.File) is null)
            return 0;
        int count;
        using (var reader = OpenReadOnly(root, name))
            count = reader.View.Messages.Length;
        disk.CreateFolder(paths.Folder);
        var empty = paths.Cleared(MailboxLog.NewSnapshotId());
        using (var file = disk.Open(empty, DiskAccess.CreateNew))
            disk.Flush(file);
        disk.Rename(empty, paths.File);
        disk.FlushFolder(paths.MailFolder);
        return count;
    }

    /// <summary>What a second server's user is told about this one, such as where it listens.</summary>
    public void DescribeHolder(string text) => _lock.Describe(text);

    /// <summary>Opens a mailbox, and repairs it if it must be. One never used is empty and gets no file.</summary>
    public Mailbox OpenMailbox(MailboxName name) => Mailbox.Open(_store, name);

    public BodyWriter CreateBody()
    {
        var name = Interlocked.Increment(ref _spooled).ToString("x16", CultureInfo.InvariantCulture);
        return new BodyWriter(_store, Path.Join(SpoolFolder(Root), name));
    }

    /// <summary>Whether the volume can take so many octets and keep its reserve; as of a second ago at most.</summary>
    public bool HasSpaceFor(long octets)
    {
        var reading = Volatile.Read(ref _space);
        if (reading is null || _store.Time.GetElapsedTime(reading.Timestamp) >= SpaceIsKnownFor)
        {
            reading = new SpaceReading(_store.Time.GetTimestamp(), _store.Disk.Space(Root));
            Volatile.Write(ref _space, reading);
        }

        var reserve = _store.Options.MinFreeSpace ?? Math.Min(Gibibyte, reading.Space.Total / 20);
        return reading.Space.Free - octets >= reserve;
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>
    /// After a server that was killed: what it may have left half written is cut back before anybody reads the files,
    /// by this server or by other programs. A mailbox that cannot be opened now is tried again when it is used.
    /// </summary>
    private static void Repair(StoreContext store, DateTime since)
    {
        var ticks = (since - ClockSlack - DateTime.UnixEpoch).Ticks;
        foreach (var name in List(store.Root))
        {
            try
            {
                var stat = store.Disk.Stat(new MailboxPaths(store.Root, name).File);
                if (stat is { } file && file.ModifiedNs / TimeSpan.NanosecondsPerTick >= ticks)
                    Mailbox.Open(store, name).Dispose();
            }
            catch (IOException failure)
            {
                store.Report($"Mailbox {name} could not be repaired at the start: {failure.Message}");
            }
        }
    }

    private static string MailFolder(string root) => MailboxPaths.MailFolderOf(root);

    private static string SpoolFolder(string root) => Path.Join(root, "spool");

    private sealed record SpaceReading(long Timestamp, DiskSpace Space);
}
