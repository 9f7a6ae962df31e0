using ActorMail.Protocols.Mail;
using ActorMail.Storage.Files;
using ActorMail.Storage.Journal;
using ActorMail.Storage.Mailboxes.Foreign;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// The data folder of one server: <c>mail/</c>, an mbox file an address; <c>meta/</c>, their indexes; <c>journal/</c>;
/// <c>spool/</c>, large mail on its way in; <c>store.lock</c>. May be used by any thread, but for
/// <see cref="Append"/> and <see cref="Roll"/>, which belong to the one that writes the journal.
/// </summary>
public sealed class MailStore : IDisposable
{
    private readonly StoreContext _store;
    private readonly StoreLock? _lock;
    private readonly NodeJournal _journal;
    private readonly SpoolFolder _spool;
    private readonly Checkpointer _checkpointer;
    private readonly FreeSpace _space;
    private readonly Lock _checkpoint = new();
    private bool _isDisposed;

    private MailStore(StoreContext store, StoreLock? holder, NodeJournal journal, SpoolFolder spool)
    {
        (_store, _lock, _journal, _spool) = (store, holder, journal, spool);
        _space = new FreeSpace(store);
        _checkpointer = new Checkpointer(store, journal, spool, _space);
    }

    public string Root => _store.Root;

    public StoreOptions Options => _store.Options;

    /// <summary>How mail is made durable on this machine, in plain words.</summary>
    public string DurabilityNote => _store.Disk.DurabilityNote;

    /// <summary>How much of the journal holds what is not in flushed mailbox files yet; from 0 to 1.</summary>
    public double JournalBusyShare => _journal.BusyShare;

    /// <summary>Whether a start would have anything to replay.</summary>
    public bool HasUncheckpointed => _journal.HasRecords;

    /// <summary>
    /// Takes a data folder, which is made if there is none, and brings it up to its journal.
    /// <see cref="StoreInUseException"/> if another server has it.
    /// </summary>
    /// <param name="root">The folder.</param>
    /// <param name="options">Settings.</param>
    /// <param name="time">The clock.</param>
    /// <param name="report">Takes what an operator should read in the log; may be called by any thread.</param>
    /// <param name="disk">Another disk than the machine's; then there is no lock either.</param>
    public static MailStore Open(
        string root, StoreOptions options, TimeProvider time, Action<string> report, IDisk? disk = null)
    {
        ArgumentNullException.ThrowIfNull(root);
        var store = new StoreContext(Path.GetFullPath(root), options, time, report, disk ?? RealDisk.Instance);
        store.Disk.CreateFolder(store.Root);
        var held = disk is null or RealDisk ? StoreLock.Take(store.Root, time) : null;
        try
        {
            MakeFolders(store);
            var spool = new SpoolFolder(store.Disk, store.Root);
            return new MailStore(store, held, Recover(store, spool), spool);
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }

    /// <summary>The mailboxes that have a file, in order. Needs no store to be open.</summary>
    public static IReadOnlyList<MailboxName> List(string root)
    {
        List<MailboxName> names = [];
        foreach (var file in RealDisk.Instance.List(MailboxPaths.MailFolderOf(root)).Order(StringComparer.Ordinal))
        {
            if (MailboxName.TryFromValue(file, out var name))
                names.Add(name);
        }

        return names;
    }

    /// <summary>A mailbox as it is now, also while a server runs.</summary>
    public static MailboxReader OpenReadOnly(string root, MailboxName name) =>
        MailboxReader.Open(RealDisk.Instance, root, name);

    /// <summary>What the server that uses a data folder says about itself; null if none does.</summary>
    public static string? HolderOf(string root) => StoreLock.HolderOf(root);

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
        var empty = paths.Cleared((ulong)Environment.ProcessId);
        disk.Delete(empty);
        using (var file = disk.Open(empty, DiskAccess.CreateNew))
            file.Flush();
        disk.Rename(empty, paths.File);
        disk.FlushFolder(paths.MailFolder);
        return count;
    }

    /// <summary>What a second server's user is told about this one, such as where it listens.</summary>
    public void DescribeHolder(string text) => _lock?.Describe(text);

    /// <summary>
    /// Opens a mailbox, and reads its file anew if it must be. One never used is empty and has no file.
    /// </summary>
    public Mailbox OpenMailbox(MailboxName name) =>
        Mailbox.Open(_store, name, new ForeignChange(_store, ReadBack));

    /// <summary>
    /// Makes the index of a mailbox anew from its file; what it knows again keeps its UID. Nobody may have the mailbox
    /// open. An <see cref="IOException"/> if another program has it locked.
    /// </summary>
    /// <param name="name">The mailbox.</param>
    /// <param name="progress">Hears how many octets of the file were read.</param>
    public RebuildOutcome Rebuild(MailboxName name, Action<long>? progress = null)
    {
        var anew = new ForeignChange(_store, ReadBack) { IsAnew = true, Progress = progress };
        using var mailbox = Mailbox.Open(_store, name, anew);
        if (anew.IsAnew)
            throw new IOException($"Another program has mailbox {name} locked.");
        DeleteLeftovers(name);
        var (kept, added, gone, orderChanged) = anew.Outcome;
        return new RebuildOutcome(kept, added, gone, orderChanged);
    }

    /// <summary>
    /// Whether something waits to be settled for a mailbox: the journal has changes of it in its hands, or they are
    /// durable and not in its file yet. For the owner of the mailbox.
    /// </summary>
    public bool IsUnderWay(MailboxName name) => _store.IsUnderWay(name);

    public BodyWriter CreateBody() => new(_store, _spool.NewPath());

    /// <summary>Whether the volume can take so many octets and keep its reserve.</summary>
    public bool HasSpaceFor(long octets) => _space.Has(octets);

    /// <summary>Puts records into the journal, together; when this returns they are durable or refused.</summary>
    public AppendOutcome Append(IReadOnlyList<MailboxRecord> records)
    {
        var outcome = _journal.Append(records);
        foreach (var record in records.Take(outcome.Done))
            _checkpointer.Note(record);
        return outcome;
    }

    /// <summary>Leaves the segment in use, so that a checkpoint can take all there is.</summary>
    public bool Roll() => _journal.Roll();

    /// <summary>
    /// Flushes the mailbox files and indexes that were written, so that the journal can let go of what they hold. By
    /// any thread but the journal's. Two at a time would take flushes of each other for done: the second one waits.
    /// </summary>
    public CheckpointOutcome Checkpoint()
    {
        lock (_checkpoint)
            return _isDisposed ? default : _checkpointer.Run();
    }

    /// <summary>An index that could not be flushed has been replaced by a new one.</summary>
    public void IndexRenewed(MailboxName name) => _checkpointer.IndexRenewed(name);

    /// <summary>Ends in good order where the disk allows it: the next start has nothing to replay.</summary>
    public void Dispose()
    {
        lock (_checkpoint)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            Close();
        }
    }

    private void Close()
    {
        try
        {
            _journal.Roll();
            if (_checkpointer.Run().IsComplete)
                _journal.Close();
        }
        catch (IOException failure)
        {
            _store.Report($"The store could not be closed in good order; the next start repairs it: {failure.Message}");
        }

        _store.Dirty.Clear();
        _store.Dotlocks.Dispose();
        _journal.Dispose();
        _lock?.Dispose();
    }

    /// <summary>Removes what an interrupted replacement of a mailbox's files left; while none is under way.</summary>
    internal void DeleteLeftovers(MailboxName name) =>
        MailboxIndex.DeleteLeftovers(_store, new MailboxPaths(Root, name));

    private static void MakeFolders(StoreContext store)
    {
        foreach (var folder in new[]
        {
            MailboxPaths.MailFolderOf(store.Root), MailboxPaths.MetaFolderOf(store.Root),
            MailboxPaths.SpoolFolderOf(store.Root), MailboxPaths.JournalFolderOf(store.Root),
        })
        {
            store.Disk.CreateFolder(folder);
        }

        store.Disk.FlushFolder(store.Root);
        if (Path.GetDirectoryName(store.Root) is { } parent)
            store.Disk.FlushFolder(parent);
    }

    private static NodeJournal Recover(StoreContext store, SpoolFolder spool)
    {
        var folder = MailboxPaths.JournalFolderOf(store.Root);
        MailboxFileLock.RemoveOwn(store.Disk, MailboxPaths.MailFolderOf(store.Root));
        var image = JournalImage.Load(store.Disk, folder);
        try
        {
            new Recovery(store, spool).Run(image);
        }
        catch
        {
            image.Dispose();
            throw;
        }

        var journal = NodeJournal.Start(store.Disk, folder, image, store.Options.Journal, store.Time);
        spool.DeleteAll();
        return journal;
    }

    private List<AppendImage> ReadBack(MailboxPaths paths)
    {
        List<AppendImage> images = [];
        _journal.ReadBack(record =>
        {
            if (StoredRecord.Read(record, _spool.Open) is StoredRecord.Delivery delivery)
                images.AddRange(delivery.Appends.Where(append => append.Mailbox == paths.Name));
        });
        return images;
    }
}
