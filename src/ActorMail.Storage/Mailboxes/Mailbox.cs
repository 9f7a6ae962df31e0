using System.Collections.Immutable;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>One open mailbox file with its sidecar log. Not thread-safe: it belongs to one mailbox actor.</summary>
public sealed class Mailbox : IDisposable
{
    private const int MaxRedone = 5;

    private readonly StoreContext _store;
    private readonly MailboxPaths _paths;
    private readonly LogKeeper _log;
    private readonly MailboxFile _file;
    private MailboxState _state;
    private MailboxView? _view;
    private PreparedAppend? _pending;
    private bool _isDisposed;

    private Mailbox(StoreContext store, MailboxPaths paths, MailboxState state, FoundLogs found)
    {
        (_store, _paths, _state) = (store, paths, state);
        (_log, _file) = (new LogKeeper(store, paths, found), new MailboxFile(store, paths));
    }

    public MailboxName Name => _paths.Name;

    public uint UidValidity => _state.UidValidity;

    /// <summary>What is durable, as of the last <see cref="Refresh"/> or change.</summary>
    public MailboxView View => _view ??= new MailboxView(_state.UidValidity, _state.UidNext, _state.Messages());

    /// <summary>The file of <see cref="View"/>; who reads it later than this call takes a reference.</summary>
    public MailboxContent Content => _file.Content;

    public CompactionNeed CompactionNeed =>
        _pending is null ? _state.CompactionNeed(_store.Options, _store.NowMilliseconds) : CompactionNeed.None;

    /// <summary>Whether the octets of a message are still those that were stored; reads all of them.</summary>
    public bool IsIntact(StoredMessage message, MailboxContent content) =>
        new EntryReader(_store.Disk, content.File).IsIntact(new MailboxEntry(message, default));

    /// <summary>Null if there is no such message. Valid until the mailbox changes: see <see cref="Content"/>.</summary>
    public MessageSlice? Slice(uint uid) => _state.IndexOf(uid) is >= 0 and var index
        ? Content.Slice(_state.Entries[index].Message)
        : null;

    /// <summary>
    /// Looks whether another program changed the mailbox file; if so, its messages are read anew, with a new
    /// UIDVALIDITY. True if the view changed. Nothing is looked at while an append waits for its end.
    /// </summary>
    public bool Refresh()
    {
        if (_pending is not null)
            return false;
        var stat = _store.Disk.Stat(_paths.File);
        if (stat == _state.Stat)
            return false;
        return Reconcile(_file.Broken is { } intent ? new BrokenTail(intent, false, false) : null);
    }

    /// <summary>
    /// Puts messages on the disk, all or none, unseen until <see cref="Commit"/>. Throws
    /// <see cref="StoreFullException"/> or <see cref="IOException"/>; the mailbox is then as it was.
    /// </summary>
    public PreparedAppend Prepare(IReadOnlyList<MessageDraft> drafts)
    {
        ThrowIfPending();
        MakeSound();
        var entries = drafts.Select(draft => new DraftEntry(draft)).ToList();
        return Write(entries.Sum(entry => entry.Length), writer => [.. entries.Select(entry => entry.Write(writer))]);
    }

    /// <summary>Makes prepared messages a part of the mailbox; when this returns they may be acknowledged.</summary>
    public ImmutableArray<StoredMessage> Commit(PreparedAppend prepared)
    {
        ThrowIfNotPending(prepared);
        if (_file.HasHoleBefore(prepared))
        {
            _pending = null;
            throw new IOException("The mailbox file was emptied while mail was put into it.");
        }

        for (var redone = 0; redone < MaxRedone; redone++)
        {
            var added = Record(prepared);
            var now = _store.Disk.Stat(_paths.File);
            if (now is { } stat && stat.IsSameFile(prepared.Stat))
            {
                return stat.Size >= prepared.End
                    ? added
                    : throw new IOException("The mailbox file was cut short while mail was put into it.");
            }

            prepared = Redo(prepared);
        }

        throw new IOException("The mailbox file is replaced again and again while mail is put into it.");
    }

    /// <summary>Takes prepared messages back.</summary>
    public void Abort(PreparedAppend prepared)
    {
        ThrowIfNotPending(prepared);
        _pending = null;
        TakeBack(prepared.Start, prepared.End);
    }

    /// <summary>Deletes messages, durably; UIDs that are not there are no fault. Octets go by compaction.</summary>
    public void Expunge(ImmutableArray<uint> uids, uint uidValidity)
    {
        Refresh();
        if (uidValidity != _state.UidValidity)
            throw new MailboxChangedException("The mailbox was changed by another program.");
        var ranges = _state.RangesOf(uids);
        if (ranges.Count == 0)
            return;
        var now = _store.NowMilliseconds;
        _log.Expunge(_state, ranges, now);
        _state.Expunge(ranges.ToArray(), now);
        _view = null;
    }

    /// <summary>Removes deleted messages from the file now; for small mailboxes.</summary>
    public void CompactNow()
    {
        if (!Content.HasFile)
            return;
        using var compaction = BeginCompaction();
        compaction.CopyLive(CancellationToken.None);
        FinishCompaction(compaction);
    }

    public Compaction BeginCompaction()
    {
        ThrowIfPending();
        Refresh();
        return new Compaction(_store, _paths, MailboxLog.NewSnapshotId(), Content, _state);
    }

    /// <summary>
    /// Puts the new file in the place of the old one. False if there is nothing to be finished, because the mailbox
    /// file was replaced since; then it can be begun again.
    /// </summary>
    public bool FinishCompaction(Compaction compaction)
    {
        ThrowIfPending();
        Refresh();
        if (!compaction.IsCopied || compaction.Content != Content)
        {
            compaction.Dispose();
            return false;
        }

        var state = compaction.Complete(_state);
        var log = _log.Create(state, compaction.SnapshotId);
        try
        {
            _file.Swap(compaction.MoveTo(_paths.File));
        }
        catch (IOException)
        {
            // The log goes before the file that it describes: MailboxLogs.Load relies on it.
            log.Dispose();
            _store.Disk.Delete(log.Path);
            _store.Disk.FlushFolder(_paths.Folder);
            throw;
        }

        _log.TakeOver(log);
        _state = state;
        _view = null;
        _file.IsSuspect = true;
        _state.Stat = _store.Disk.Stat(Content.File);
        _store.Disk.FlushFolder(_paths.MailFolder);
        _file.IsSuspect = false;
        MailboxLogs.DeleteOthers(_store.Disk, _paths, log.Path);
        _log.Note(_state);
        return true;
    }

    /// <summary>Says good-bye in the log, so that the next opening need not look at the file.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        try
        {
            if (_pending is { } pending)
                Abort(pending);
            if (!_file.IsSuspect && _file.Broken is null)
                _log.Close(_state);
        }
        catch (IOException failure)
        {
            _store.Report($"Mailbox {Name} could not be closed in good order: {failure.Message}");
        }

        _log.Dispose();
        Content.Release();
    }

    internal static Mailbox Open(StoreContext store, MailboxName name)
    {
        var paths = new MailboxPaths(store.Root, name);
        var stat = store.Disk.Stat(paths.File);
        var found = MailboxLogs.Load(store.Disk, paths, stat);
        var state = found.Best?.State ?? new MailboxState(MailboxState.NextUidValidity(0, store.Time.GetUtcNow()), 1);
        var mailbox = new Mailbox(store, paths, state, found);
        try
        {
            mailbox.Recover(found.Best, stat);
            return mailbox;
        }
        catch
        {
            mailbox._isDisposed = true;
            mailbox._log.Dispose();
            mailbox.Content.Release();
            throw;
        }
    }

    private void Recover(LogImage? image, FileStat? stat)
    {
        if (image is null && stat is null)
            return;
        if (image is { IsClosed: true } && stat == image.State.Stat)
        {
            _log.Resume(image);
            if (stat is not null)
                _file.Swap(MailboxContent.Open(_store.Disk, _paths.File));
            return;
        }

        _store.Disk.FlushFolder(_paths.MailFolder);
        try
        {
            if (!Reconcile(image?.TailIn(_store.Disk, stat)) && image is not null)
                _log.Renew(_state);
            MailboxLogs.DeleteTemporaries(_store.Disk, _paths);
        }
        catch (StoreFullException) when (image is not null && Content.HasFile)
        {
            // Reading and deleting must work all the same: the old log goes on.
            _log.Resume(image);
            _log.Note(_state);
        }
    }

    private bool Reconcile(BrokenTail? tail)
    {
        var content = _store.Disk.Stat(_paths.File) is null
            ? MailboxContent.None()
            : MailboxContent.Open(_store.Disk, _paths.File);
        try
        {
            var stat = content.HasFile ? _store.Disk.Stat(content.File) : (FileStat?)null;
            var found = stat is { } file
                ? new MailboxInspector(_store.Disk, content.File, file, _state).Inspect(tail)
                : new Inspection(IsKnown: _state.End == 0, [], CutAt: null);
            if (found.CutAt is { } cutAt)
            {
                TornTail.Cut(_store, _paths, content.File, cutAt);
                stat = _store.Disk.Stat(content.File);
            }

            if (found.IsKnown)
            {
                CutTo(stat?.Size ?? 0);
                _state.Stat = stat;
                _log.Note(_state);
            }
            else
            {
                Renew(found.Entries, stat);
            }

            _file.Swap(content);
            return !found.IsKnown;
        }
        catch
        {
            if (content != Content)
                content.Release();
            throw;
        }
    }

    private void CutTo(long size)
    {
        var before = _state.Entries.Count;
        _state.CutTo(size);
        if (_state.Entries.Count < before)
        {
            _view = null;
            _store.Report(
                $"Mailbox {Name}: the last {before - _state.Entries.Count} messages of its log are not in the file.");
        }
    }

    /// <summary>Takes the mailbox as another program made it.</summary>
    private void Renew(IReadOnlyList<MailboxEntry> entries, FileStat? stat)
    {
        var uid = _state.UidNext > uint.MaxValue - entries.Count ? 1 : _state.UidNext;
        var validity = MailboxState.NextUidValidity(_state.UidValidity, _store.Time.GetUtcNow());
        var state = new MailboxState(validity, uid);
        state.Append([.. entries.Select(entry => entry.WithUid(uid++))], stat);
        (state.End, state.Stat) = (stat?.Size ?? 0, stat);
        _log.Renew(state);
        (_state, _view) = (state, null);
        _store.Report(
            $"Mailbox {Name} was read anew, because its file is not as it was left: messages {entries.Count}, "
            + $"UIDVALIDITY {validity}.");
    }

    private void MakeSound()
    {
        Refresh();
        if (_file.IsSuspect)
            CompactNow();
        if (_file.IsSuspect)
            throw new IOException("The mailbox file cannot be trusted, and could not be written anew.");
    }

    private PreparedAppend Write(long length, Func<EntryWriter, IReadOnlyList<MailboxEntry>> write)
    {
        var start = _state.End;
        var gap = _file.GapAt(start);
        _log.Intend(_state, new LogIntent(start, gap + length, _store.Disk.BootId));
        try
        {
            return _pending = _file.Append(start, gap, length, write);
        }
        catch
        {
            TakeBack(start, start + gap + length);
            throw;
        }
    }

    private ImmutableArray<StoredMessage> Record(PreparedAppend prepared)
    {
        _pending = null;
        var uid = _state.UidNext;
        MailboxEntry[] entries = [.. prepared.Entries.Select(entry => entry.WithUid(checked(uid++)))];
        try
        {
            _log.Append(_state, entries, prepared.Stat);
        }
        catch
        {
            TakeBack(prepared.Start, prepared.End);
            throw;
        }

        _state.Append(entries, prepared.Stat);
        _view = null;
        return [.. entries.Select(entry => entry.Message)];
    }

    /// <summary>Another program put a file in the place of the one with our messages: they go there too.</summary>
    private PreparedAppend Redo(PreparedAppend prepared)
    {
        var orphan = Content;
        orphan.AddReference();
        try
        {
            MakeSound();
            var length = prepared.Entries.Sum(entry => entry.Length);
            return Write(length, writer => writer.Copy(prepared.Entries, orphan.File));
        }
        finally
        {
            orphan.Release();
        }
    }

    private void TakeBack(long start, long end)
    {
        if (_file.CutBack(start, end) is not { } stat)
            return;
        _state.Stat = stat;
        _log.Note(_state);
    }

    private void ThrowIfPending()
    {
        if (_pending is not null)
            throw new InvalidOperationException("An append waits for its end.");
    }

    private void ThrowIfNotPending(PreparedAppend prepared)
    {
        if (_pending != prepared)
            throw new InvalidOperationException("This append does not wait for its end.");
    }
}
