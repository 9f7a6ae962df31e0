using ActorMail.Storage.Files;
using ActorMail.Storage.Mailboxes.Foreign;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// The mailbox file and its index, being written to: only what the journal has, and only behind their ends. What is
/// written is made durable by a checkpoint.
/// </summary>
internal sealed class MailboxFiles(StoreContext store, MailboxPaths paths, MailboxState state) : IDisposable
{
    private MailboxIndex? _index;
    private FileStat? _broken;
    private int? _gap;

    public MailboxState State { get; private set; } = state;

    /// <summary>Null for a mailbox that has no file.</summary>
    public SharedFile? Content { get; private set; }

    /// <summary>
    /// Line ends to be written first, where a stranger's last message has no blank line behind it.
    /// </summary>
    public int Gap => _gap ??= Content is null || State.End == 0
        ? 0
        : new EntryReader(Content.File).MissingLineEnds(0, State.End);

    public void Open(MailboxIndex? index)
    {
        _index = index;
        if (store.Disk.Stat(paths.File) is not null)
            TakeContent(OpenFile(DiskAccess.ReadWrite));
    }

    /// <summary>Whether the file is as our last write left it; else another program was there.</summary>
    public bool IsAsWeLeftIt()
    {
        var stat = store.Disk.Stat(paths.File);
        return stat == State.Stat ? stat is not null || State.End == 0 : stat is not null && stat == _broken;
    }

    /// <summary>Null while another program has the file locked.</summary>
    public MailboxFileLock? TryLock()
    {
        if (Content is null)
        {
            TakeContent(OpenFile(store.Disk.Stat(paths.File) is null ? DiskAccess.CreateNew : DiskAccess.ReadWrite));
            store.Dirty.AddFolder(paths.MailFolder);
            if (State.Stat is null && State.End == 0)
                State.Stat = Content!.File.Stat() is { Size: 0 } empty ? empty : null;
        }

        return MailboxFileLock.TryTake(store, Content!.File, paths.File);
    }

    /// <summary>Writes messages that lie behind each other at the end of the file.</summary>
    public void Append(IReadOnlyList<AppendChange> appends)
    {
        var (file, start) = (Content!.File, State.End);
        var length = appends.Sum(append => append.Gap + append.Message.EntryLength);
        try
        {
            using var writer = new EntryWriter(file, start, length);
            foreach (var append in appends)
            {
                writer.Write(AppendChange.LineEnds[..append.Gap]);
                append.WriteTo(writer);
            }

            writer.WriteOut();
            var stat = file.Stat();
            StoredMessage[] messages = [.. appends.Select(append => append.Message)];
            NoteAppended(messages, stat);
        }
        catch (IOException)
        {
            TakeBack(file, start);
            throw;
        }
    }

    public void Expunge(ExpungeChange change)
    {
        Index().Expunge(change.Ranges, change.Milliseconds, change.Modseq);
        State.Expunge(change.Ranges, change.Milliseconds, change.Modseq);
    }

    public void SetFlags(FlagsChange change)
    {
        Index().SetFlags(change.Ranges, change.Change, change.Modseq);
        State.SetFlags(change.Ranges, change.Change, change.Modseq);
    }

    public bool IsLockedByOthers()
    {
        using var held = TryLock();
        return held is null;
    }

    /// <summary>
    /// The files of a compaction take the place of ours, unless another program has the mailbox file locked or has
    /// changed it: its mail would go with the old one.
    /// </summary>
    public void TrySwap(Compaction compaction)
    {
        var old = Content!;
        old.AddReference();
        try
        {
            using var held = TryLock();
            if (held is not null && IsAsWeLeftIt())
                Swap(compaction);
        }
        finally
        {
            old.Release();
        }
    }

    private void Swap(Compaction compaction)
    {
        TakeContent(compaction.Swap());
        store.Suspects.TryRemove(paths.Name, out _);
        _index?.Retire();
        (_index, State) = (compaction.Index, compaction.State!);
        try
        {
            State.Stat = store.Disk.Stat(paths.File);
            _index!.NoteStat(State.Stat, State.Modseq);
        }
        catch (IOException failure)
        {
            // That the rename moved the time of the inode is worth a note, no more.
            store.Report($"The index of mailbox {paths.Name} is a note short: {failure.Message}");
        }
    }

    /// <summary>
    /// Takes the mailbox as it was found; durable when this returns, and nothing of it is seen before.
    /// </summary>
    /// <param name="found">The mailbox.</param>
    /// <param name="content">Its file.</param>
    /// <param name="prepared">Its index, if that lies ready under its temporary name.</param>
    public void Renew(MailboxState found, SharedFile? content, MailboxIndex? prepared = null)
    {
        if (prepared is not null)
            store.Disk.Rename(paths.NewIndex(found.Generation), paths.Index);
        var index = prepared ?? MailboxIndex.Replace(store, paths, found);
        var isNewLayout = found.Generation != State.Generation;
        if (!isNewLayout)
            Take(found, content, index);
        try
        {
            store.Disk.FlushFolder(paths.Folder);
        }
        catch (IOException)
        {
            store.Dirty.AddFolder(paths.Folder);
            if (isNewLayout)
                index.Dispose();
            throw;
        }

        if (isNewLayout)
            Take(found, content, index);
    }

    /// <summary>A new index that says the same: the old one cannot be trusted, or has become long.</summary>
    public void RenewIndex() => Renew(State, Content);

    public SharedFile OpenFile(DiskAccess access) =>
        new(store.Disk.Open(paths.File, access), paths.Name, isIndex: false);

    public void Dispose()
    {
        _index?.Dispose();
        Content?.Release();
    }

    private void Take(MailboxState found, SharedFile? content, MailboxIndex index)
    {
        _index?.Retire();
        (_index, State) = (index, found);
        if (content != Content)
            TakeContent(content);
        NoteWritten();
        (_broken, _gap) = (null, null);
    }

    private void TakeContent(SharedFile? content)
    {
        if (Content is not null)
        {
            Content.IsObsolete = true;
            Content.Release();
        }

        Content = content;
        NoteWritten();
    }

    private void NoteAppended(StoredMessage[] messages, FileStat stat)
    {
        Index().Append(messages, stat);
        State.Append(messages);
        State.Stat = stat;
        (_broken, _gap) = (null, 0);
        NoteWritten();
        store.Dirty.Add(Content!);
    }

    /// <summary>What of a write of ours cannot be taken back is written over by the next one.</summary>
    private void TakeBack(DiskFile file, long start)
    {
        try
        {
            file.Truncate(start);
            State.Stat = file.Stat();
        }
        catch (IOException failure)
        {
            _broken = file.Stat();
            store.Report($"Mailbox {paths.Name}: a write that broke off could not be taken back: {failure.Message}");
        }
    }

    private void NoteWritten() =>
        store.Written[paths.Name] = new WrittenFile(State.Generation, State.End, State.Stat);

    private MailboxIndex Index()
    {
        if (_index is null)
            _index = MailboxIndex.CreateFirst(store, paths, State);
        else if (_index.IsSuspect || _index.IsLong)
            RenewIndex();
        return _index;
    }
}
