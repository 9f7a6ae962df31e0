using System.Collections.Concurrent;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Files;
using ActorMail.Storage.Journal;
using ActorMail.Storage.Mailboxes.Foreign;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// Makes room in the journal: flushes the mailbox files and indexes that were written since, and their folders, and
/// only then lets go of the records. A mailbox file that fails to flush is written again from the journal before
/// another flush of it is believed (R3): its octets may look right in memory and never have reached the disk.
/// </summary>
internal sealed class Checkpointer(StoreContext store, NodeJournal journal, SpoolFolder spool, FreeSpace space)
{
    private readonly ConcurrentQueue<(JournalSegment Segment, string Spool)> _spooled = [];
    private readonly ConcurrentDictionary<MailboxName, bool> _needIndex = [];

    /// <summary>A record that names a spool file keeps it until its segment is free.</summary>
    public void Note(MailboxRecord record)
    {
        if (record.SpoolName is { } name && record.Segment is { } segment && record.Changes.Any(it => it.IsCommitted))
            _spooled.Enqueue((segment, name));
    }

    public void IndexRenewed(MailboxName name) => _needIndex.TryRemove(name, out _);

    public CheckpointOutcome Run()
    {
        // The order matters: what is applied is looked at before the files that were written are.
        var applied = journal.Applied();
        var failed = FlushFiles(store.Dirty.TakeFiles());
        var folders = store.Dirty.TakeFolders();
        var isComplete = FlushFolders(folders);
        foreach (var file in failed)
            isComplete &= Mend(file);
        isComplete &= _needIndex.IsEmpty;
        if (!isComplete)
            return new CheckpointOutcome(false, 0, [.. _needIndex.Keys]);
        var names = TakeSpooled(applied);
        journal.Free(applied);
        names.ForEach(DeleteSpool);
        Grow();
        return new CheckpointOutcome(true, applied.Count, []);
    }

    private List<SharedFile> FlushFiles(List<SharedFile> files)
    {
        var failed = new ConcurrentBag<SharedFile>();
        FlushThreads.ForEach(files, store.Options.CheckpointThreads, Flush);
        return [.. failed];

        void Flush(SharedFile file)
        {
            if (!file.IsIndex && !file.IsObsolete && store.Suspects.ContainsKey(file.Owner))
            {
                failed.Add(file);
                return;
            }

            try
            {
                if (!file.IsObsolete)
                    file.File.Flush();
                file.Release();
            }
            catch (IOException failure)
            {
                store.Report($"Mailbox {file.Owner}: a file could not be flushed: {failure.Message}");
                if (!file.IsIndex)
                    store.Suspects.TryAdd(file.Owner, true);
                failed.Add(file);
            }
        }
    }

    private bool FlushFolders(List<string> folders)
    {
        var isComplete = true;
        foreach (var folder in folders)
        {
            try
            {
                store.Disk.FlushFolder(folder);
            }
            catch (IOException failure)
            {
                store.Report($"Folder {folder} could not be flushed: {failure.Message}");
                store.Dirty.AddFolder(folder);
                isComplete = false;
            }
        }

        return isComplete;
    }

    private bool Mend(SharedFile file)
    {
        if (file.IsObsolete)
        {
            file.Release();
            return true;
        }

        if (file.IsIndex)
        {
            _needIndex.TryAdd(file.Owner, true);
            file.Release();
            return false;
        }

        try
        {
            if (TryRewrite(file))
            {
                if (!file.IsObsolete)
                {
                    file.File.Flush();
                    store.Suspects.TryRemove(file.Owner, out _);
                }

                file.Release();
                return true;
            }
        }
        catch (IOException failure)
        {
            store.Report($"Mailbox {file.Owner} could not be written again: {failure.Message}");
        }

        store.Dirty.PutBack(file);
        return false;
    }

    /// <summary>
    /// Every octet that the failed flush may have lost came from a record that the journal still has. Under the lock,
    /// and only where no other program was: else the owner of the mailbox puts a new file in the place of this one.
    /// </summary>
    private bool TryRewrite(SharedFile file)
    {
        var path = new MailboxPaths(store.Root, file.Owner).File;
        using var own = store.Disk.Open(path, DiskAccess.ReadWrite);
        using var held = MailboxFileLock.TryTake(store, own, path);
        if (held is null)
            return false;
        var (written, stat) = (store.Written.GetValueOrDefault(file.Owner), own.Stat());
        if (stat != written.Stat)
        {
            _needIndex.TryAdd(file.Owner, true);
            return false;
        }

        if (!stat.IsSameFile(file.File.Stat()))
        {
            // A file of an owner before this one, in whose place there is another by now.
            file.IsObsolete = true;
            return true;
        }

        Rewrite(file, written.Generation, written.End);
        return true;
    }

    private void Rewrite(SharedFile file, uint generation, long end) =>
        journal.ReadBack(record =>
        {
            if (StoredRecord.Read(record, spool.Open) is not StoredRecord.Delivery delivery)
                return;
            foreach (var append in delivery.Appends)
            {
                if (append.Mailbox == file.Owner && append.Generation == generation && append.Message.End <= end)
                    append.WriteInPlace(file.File);
            }
        });

    private List<string> TakeSpooled(IReadOnlyList<JournalSegment> freed)
    {
        List<string> names = [];
        while (_spooled.TryPeek(out var first) && freed.Contains(first.Segment) && _spooled.TryDequeue(out _))
            names.Add(first.Spool);
        return names;
    }

    private void DeleteSpool(string name)
    {
        try
        {
            spool.Delete(name);
        }
        catch (IOException failure)
        {
            store.Report($"A spool file stays until the next start: {failure.Message}");
        }
    }

    private void Grow()
    {
        try
        {
            journal.GrowIfFilledFast(space.Has);
        }
        catch (IOException failure)
        {
            store.Report($"The journal stays as it is, it could not grow: {failure.Message}");
        }
    }
}
