using System.Collections.Immutable;
using ActorMail.Protocols.Mail;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// One open mailbox: it gives each change its place (UID, modseq, offset), and once the journal has it on stable
/// storage, writes it to the mailbox file and the index. Nothing is seen before that. Not thread-safe: it belongs to
/// one mailbox actor.
/// </summary>
public sealed class Mailbox : IDisposable
{
    private const int MaxRun = 256;

    private readonly StoreContext _store;
    private readonly MailboxPaths _paths;
    private readonly MailboxLane _lane;
    private readonly MailboxFiles _files;
    private readonly ForeignChange _foreign;
    private readonly MailboxTail _tail = new();
    private readonly MailboxWait _wait;
    private MailboxView? _view;
    private bool _needsQuiet;
    private bool _mustResynchronise;
    private bool _isDisposed;

    private Mailbox(StoreContext store, MailboxPaths paths, MailboxLane lane, MailboxFiles files, ForeignChange foreign)
    {
        (_store, _paths, _lane, _files, _foreign) = (store, paths, lane, files, foreign);
        (_wait, _needsQuiet) = (new MailboxWait(store, Name), !lane.IsQuiet);
        ResetTail();
    }

    public MailboxName Name => _paths.Name;

    public uint UidValidity => State.UidValidity;

    /// <summary>Names the layout of the file: another one, and messages stand at other places.</summary>
    public uint Generation => State.Generation;

    /// <summary>No other program has written to the file since we did.</summary>
    public bool IsAsLeft => _files.IsAsWeLeftIt();

    /// <summary>
    /// What is durable and in the mailbox file, as of the last <see cref="Settle"/> or <see cref="Refresh"/>.
    /// </summary>
    public MailboxView View => _view ??= State.ToView(_lane.Unapplied.OfType<ExpungeChange>());

    /// <summary>The file of <see cref="View"/>, null if there is none; who reads it later takes a reference.</summary>
    public SharedFile? Content => _files.Content;

    /// <summary>What is here, and what is on its way here.</summary>
    public MailboxUsage Usage => _tail.UsageWith(State);

    /// <summary>Nothing is under way: not in the journal, nor on its way from there into the files.</summary>
    public bool IsIdle => _lane.IsEmpty;

    /// <summary>Durable changes not written yet: another program has the file, or the disk fails.</summary>
    public int Unapplied => _lane.Unapplied.Count;

    /// <summary>
    /// Whether changes may be reserved now. Not while something was refused behind which others stand, nor while the
    /// file waits to be read anew.
    /// </summary>
    public bool CanReserve => !_lane.IsBroken && !NeedsQuiet && Compacting is null;

    /// <summary>
    /// Something waits for the disk or for another program: <see cref="Settle"/> is to be tried again.
    /// </summary>
    public bool MustRetry => Unapplied > 0 || NeedsQuiet;

    /// <summary>
    /// What is under way must be settled first: another program changed the file, or an owner before this one began it;
    /// or the file is to be taken in anew, because that broke off half-way.
    /// </summary>
    public bool NeedsQuiet => _needsQuiet || _mustResynchronise;

    public CompactionNeed CompactionNeed =>
        IsIdle ? State.CompactionNeed(_store.Options, _store.NowMilliseconds) : CompactionNeed.None;

    /// <summary>Octets of the file, as far as it is ours, and how many of them are deleted mail.</summary>
    internal (long File, long Deleted) Lengths => (State.End, State.DeadLength);

    private MailboxState State => _files.State;

    private CompactChange? Compacting { get; set; }

    /// <summary>Whether the octets of a message are still those that were stored; reads all of them.</summary>
    public static bool IsIntact(StoredMessage message, SharedFile content) =>
        new EntryReader(content.File).IsIntact(message);

    /// <summary>The octets of a message, for whoever holds a reference to the file.</summary>
    public static MessageSlice SliceOf(StoredMessage message, SharedFile content) =>
        new(content, message.ContentOffset, message.Length, message.WireLength, message.Traits, message.Uid,
            message.ContentChecksum);

    /// <summary>Null if there is no such message. Valid until the mailbox changes: see <see cref="Content"/>.</summary>
    public MessageSlice? Slice(uint uid) => State.Messages.IndexOf(uid) is >= 0 and var index
        ? SliceOf(State.Messages[index], Content!)
        : null;

    /// <summary>
    /// Looks whether another program changed the mailbox file; if so it is read anew. False if that must wait, because
    /// something is under way or the other program has the file locked.
    /// </summary>
    public bool Refresh()
    {
        if (_files.IsAsWeLeftIt() && !_foreign.IsAnew)
            return true;
        return IsIdle && Resynchronise();
    }

    /// <summary>Makes room for a message. The change is then a part of a record for the journal.</summary>
    /// <exception cref="IOException">Its spool file could not be flushed.</exception>
    public AppendChange Reserve(MessageDraft draft)
    {
        ThrowIfCannotReserve();
        draft.Body.FlushSpool();
        var entry = new DraftEntry(draft);
        var gap = _tail.End == State.End ? _files.Gap : 0;
        var message = entry.At(_tail.End + gap, _tail.UidNext, _tail.Modseq + 1);
        if (_tail.UidNext == uint.MaxValue)
            throw new IOException("The mailbox has no unique identifiers left.");
        var change = new AppendChange(
            Name, _lane, UidValidity, State.Generation, message, gap, entry.Head, draft.Body);
        _lane.Begin(change);
        _tail.Advance(change);
        return change;
    }

    /// <summary>
    /// Prepares the deletion of messages; UIDs that are not there are no fault. Null if none of them is.
    /// </summary>
    public ExpungeChange? ReserveExpunge(ImmutableArray<uint> uids, uint uidValidity)
    {
        ThrowIfCannotReserve();
        if (uidValidity != UidValidity)
            throw new MailboxChangedException("The mailbox was changed by another program.");
        var ranges = UidRange.Of(State.Messages, uids);
        if (ranges.Count == 0)
            return null;
        var change = new ExpungeChange(
            Name, _lane, UidValidity, _tail.Modseq + 1, [.. ranges], _store.NowMilliseconds);
        _lane.Begin(change);
        _tail.Advance(change);
        return change;
    }

    /// <summary>Prepares a change of flags. Null if none of the messages is there.</summary>
    /// <exception cref="ArgumentException">The mailbox would have more than 64 keywords.</exception>
    public FlagsChange? ReserveFlags(ImmutableArray<uint> uids, FlagChange flags)
    {
        ThrowIfCannotReserve();
        if (!State.CanName(flags))
            throw new ArgumentException($"A mailbox has at most {MailboxState.MaxKeywords} keywords.", nameof(flags));
        var ranges = UidRange.Of(State.Messages, uids);
        if (ranges.Count == 0)
            return null;
        var change = new FlagsChange(Name, _lane, UidValidity, _tail.Modseq + 1, [.. ranges], flags);
        _lane.Begin(change);
        _tail.Advance(change);
        return change;
    }

    /// <summary>Takes a change back that was not given to the journal; false if it was.</summary>
    public bool Cancel(MailboxChange change)
    {
        if (!_lane.TryCancel(change))
            return false;
        if (Compacting == change)
            EndCompaction();
        ResetTail();
        return true;
    }

    /// <summary>
    /// Takes what the journal has settled since, writes what is durable, and says which changes were settled. A
    /// durable change whose writing must wait is settled all the same: see <see cref="Unapplied"/>.
    /// </summary>
    public IReadOnlyList<MailboxChange> Settle()
    {
        List<MailboxChange> settled = [];
        while (_lane.Take() is { } change)
        {
            settled.Add(change);
            if (change.IsCommitted)
                _lane.Unapplied.Add(change);
            else if (change == Compacting)
                EndCompaction();
        }

        if (_lane.IsBroken && _lane.TryMend())
            ResetTail();
        Apply(settled.Count);
        if (_needsQuiet && IsIdle)
        {
            _needsQuiet = false;
            ResetTail();
        }

        return settled;
    }

    /// <summary>
    /// Begins a new mailbox file without the deleted messages; null if there is no file, or another program has it
    /// locked.
    /// </summary>
    public Compaction? BeginCompaction() => Content is { } content && !_files.IsLockedByOthers()
        ? new Compaction(_store, _paths, content, State)
        : null;

    /// <summary>
    /// Makes everything ready for the new file to take the place of the old one, once the journal says so. Null if it
    /// cannot be used, because the mailbox file was replaced since.
    /// </summary>
    public CompactChange? ReserveCompaction(Compaction compaction)
    {
        ThrowIfCannotReserve();
        if (!IsIdle || !compaction.IsCopied || compaction.Source != Content || !_files.IsAsWeLeftIt())
            return null;
        compaction.Complete(State);
        Compacting = new CompactChange(Name, _lane, UidValidity, compaction, compaction.File.Stat().Inode);
        _lane.Begin(Compacting);
        return Compacting;
    }

    /// <summary>
    /// A new index file, durable when this returns: for one that failed to flush, or a mailbox file that failed to and
    /// that another program changed. False if that must wait.
    /// </summary>
    public bool RenewIndex()
    {
        if (!_files.IsAsWeLeftIt())
            return Resynchronise();
        _files.RenewIndex();
        return true;
    }

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        EndCompaction();
        _files.Dispose();
        _store.Leave(Name, _lane);
    }

    internal static Mailbox Open(StoreContext store, MailboxName name, ForeignChange foreign)
    {
        var lane = store.LaneOf(name);
        lane.CancelOpen();
        var paths = new MailboxPaths(store.Root, name);
        MailboxIndex.FinishReplacement(store, paths);
        var found = MailboxIndex.Open(store, paths);
        var state = found?.State ?? new MailboxState
        {
            UidValidity = MailboxState.NextUidValidity(0, store.Time.GetUtcNow()),
        };
        var files = new MailboxFiles(store, paths, state);
        try
        {
            files.Open(found?.Index);
            // An owner that failed, or a server that was killed, may have renamed the index a moment ago: nothing may
            // be reserved in a layout that a power cut would take back.
            if (found is not null)
                store.Disk.FlushFolder(paths.Folder);
            var mailbox = new Mailbox(store, paths, lane, files, foreign);
            mailbox.Refresh();
            return mailbox;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    private void Apply(int settled)
    {
        try
        {
            if (!_mustResynchronise || Resynchronise())
            {
                while (_lane.Unapplied.Count > 0 && Apply())
                    _view = null;
            }

            _wait.Tell(_lane.Unapplied.Count == 0 ? null : "another program has it locked.", isCommon: true);
        }
        catch (IOException failure)
        {
            _wait.Tell(failure.Message, isCommon: false);
        }

        if (settled > 0)
            _view = null;
    }

    /// <summary>Writes the next durable changes; false if they must wait.</summary>
    private bool Apply()
    {
        switch (_lane.Unapplied[0])
        {
            case AppendChange:
                return ApplyAppends();
            case ExpungeChange when !_files.IsAsWeLeftIt():
                // What another program wrote is compared with what we know while the deleted ones are known, too.
                return Resynchronise();
            case ExpungeChange expunge:
                _files.Expunge(expunge);
                break;
            case FlagsChange flags:
                _files.SetFlags(flags);
                break;
            case CompactChange compact when compact == Compacting:
                _files.TrySwap(compact.Compaction);
                EndCompaction();
                ResetTail();
                break;
            default:
                // The owner was replaced meanwhile: the new files are nobody's.
                EndCompaction();
                break;
        }

        Done(1);
        return true;
    }

    private bool ApplyAppends()
    {
        bool isAsWeLeftIt;
        using (var held = _files.TryLock())
        {
            if (held is null)
                return false;
            isAsWeLeftIt = _files.IsAsWeLeftIt();
            if (isAsWeLeftIt)
            {
                List<AppendChange> run = [.. _lane.Unapplied.TakeWhile(it => it is AppendChange).Take(MaxRun)
                    .Cast<AppendChange>()];
                // What was written before the owner started anew is in the index already.
                var known = run.TakeWhile(append => State.Messages.Has(append.Message)).Count();
                run.RemoveRange(0, known);
                if (run.Count > 0)
                    _files.Append(run);
                Done(known + run.Count);
            }
        }

        return isAsWeLeftIt || Resynchronise();
    }

    private bool Resynchronise()
    {
        if (!_lane.IsQuiet)
        {
            _needsQuiet = true;
            return false;
        }

        var pending = _lane.Unapplied.Count;
        // If it breaks off, the file may have another layout already, and nobody knows until it succeeds.
        var mustResynchronise = _mustResynchronise;
        _mustResynchronise = true;
        if (!_foreign.Reconcile(_files, _paths, PendingChanges.Of(_lane.Unapplied)))
        {
            _mustResynchronise = mustResynchronise;
            return false;
        }

        Done(pending);
        (_needsQuiet, _mustResynchronise) = (false, false);
        _view = null;
        ResetTail();
        return true;
    }

    private void Done(int count)
    {
        foreach (var change in _lane.Unapplied.Take(count))
            change.Record!.Applied();
        _lane.Unapplied.RemoveRange(0, count);
    }

    private void EndCompaction()
    {
        Compacting?.Compaction.Dispose();
        Compacting = null;
    }

    private void ResetTail() => _tail.Reset(State, _lane);

    private void ThrowIfCannotReserve()
    {
        if (!CanReserve)
            throw new InvalidOperationException("The mailbox takes no changes now.");
    }
}
