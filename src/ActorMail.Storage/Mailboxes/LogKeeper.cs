using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// Sees to it that a mailbox always has a log that can be trusted: it begins one with the first message, and another
/// after every doubt, for a flush that failed once proves nothing when it succeeds later (fsyncgate).
/// </summary>
internal sealed class LogKeeper(StoreContext store, MailboxPaths paths, FoundLogs found) : IDisposable
{
    private MailboxLog? _log;
    private uint _generation = found.Generation;

    // The log on disk ends with a good-bye, which must be taken back durably before the mailbox file is touched.
    private bool _isClosed;
    private bool _isSuspect;

    /// <summary>The log was found as it was left; it goes on.</summary>
    public void Resume(LogImage image)
    {
        _log = MailboxLog.Resume(store.Disk, paths, image);
        _isClosed = image.IsClosed;
    }

    /// <summary>Begins a log that says all there is to say; durable when this returns.</summary>
    public void Renew(MailboxState state)
    {
        TakeOver(Create(state, MailboxLog.NewSnapshotId()));
        MailboxLogs.DeleteOthers(store.Disk, paths, _log!.Path);
    }

    /// <summary>A log for later: see <see cref="TakeOver"/>.</summary>
    public MailboxLog Create(MailboxState state, ulong snapshotId) => MailboxLog.Create(
        store.Disk, paths, state, snapshotId, ++_generation, _log?.Modseq ?? found.Best?.Modseq ?? 0);

    public void TakeOver(MailboxLog log)
    {
        _log?.Dispose();
        (_log, _isClosed, _isSuspect) = (log, false, false);
    }

    /// <summary>Before the mailbox file is touched. Outlives a kill; the first one a power cut, too.</summary>
    public void Intend(MailboxState state, LogIntent intent) => Change(state, _isClosed, log => log.Intend(intent));

    public void Append(MailboxState state, IReadOnlyList<MailboxEntry> entries, FileStat stat) =>
        Change(state, flush: true, log => log.Append(entries, stat));

    public void Expunge(MailboxState state, IReadOnlyList<(uint First, uint Last)> ranges, long milliseconds) =>
        Change(state, flush: true, log => log.Expunge(ranges, milliseconds));

    /// <summary>Saves a look at the whole file later; nothing depends on it.</summary>
    public void Note(MailboxState state)
    {
        if (_log is null || _isSuspect)
            return;
        try
        {
            Change(state, flush: false, log => log.Note(state, isClosing: false));
        }
        catch (IOException failure)
        {
            store.Report($"The log of mailbox {paths.Name} is a note short: {failure.Message}");
        }
    }

    /// <summary>Says good-bye, so that the next opening need not look at the file.</summary>
    public void Close(MailboxState state)
    {
        if (_log is not null && !_isClosed && !_isSuspect)
            _log.Note(state, isClosing: true);
    }

    public void Dispose() => _log?.Dispose();

    private void Change(MailboxState state, bool flush, Action<MailboxLog> change)
    {
        if (_log is null || _isSuspect)
            Renew(state);
        var isFlushing = false;
        try
        {
            change(_log!);
            _isClosed = false;
            isFlushing = flush;
            if (flush)
                _log!.Flush();
        }
        catch (IOException failure)
        {
            // A record that found no room is written over by the next one. After any other failure nobody knows, nor
            // after a flush that failed, even where it failed for want of room.
            _isSuspect |= isFlushing || failure is not StoreFullException;
            throw;
        }
    }
}
