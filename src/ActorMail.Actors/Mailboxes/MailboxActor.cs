using System.Collections.Immutable;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Files;
using ActorMail.Storage.Mailboxes;
using Akka.Actor;
using Akka.Event;

namespace ActorMail.Actors.Mailboxes;

/// <summary>
/// The one owner of a mailbox file: whatever happens to it happens in this actor's turn, so nothing else is locked. It
/// gives each delivery and deletion its place, hands it to the journal and goes on; once the journal has it on stable
/// storage it is written to the file, and only then answered. What is one of several recipients' is held, and the queue
/// behind it, until the journal has settled it for all.
/// <code>
/// Reserve(alone) --> journal --ChangesSettled--> Committed | Refused
/// Reserve        --> Reserved ... the coordinator asks the journal --ChangesSettled--> Committed | Refused
/// Lock --> MailboxLocked(view) ... Fetch ... --ExpungeAndUnlock--> journal --> Unlocked, or the session's death;
///          who comes meanwhile waits, or hears that it is busy (<see cref="LockDesk"/>)
/// idle --> Passivate, unless locked, queued, being compacted or under way
/// </code>
/// It runs on a dispatcher of its own, since a write may block the thread; it never waits for a flush.
/// </summary>
public sealed class MailboxActor(
    MailStore store, MailboxName name, IActorRef journal, MailboxOptions options, TimeProvider time)
    : UntypedActor, IWithTimers
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan FaultInterval = TimeSpan.FromSeconds(1);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly WaitingChanges _waiting = new();
    private Mailbox? _mailbox;
    private AppendChange? _held;
    private IActorRef? _expunging;
    private long _lastUsed = time.GetTimestamp();

    public ITimerScheduler Timers { get; set; } = null!;

    public QuotaLedger? Quotas { get; init; }

    private LockDesk Locks => field ??= new LockDesk(
        name, Context, Timers, OpenAsItIs, error => Fault(error), time);

    private MailboxCompactor Compactor => field ??= new MailboxCompactor(
        name, Self, Submit, expunge => Answer(expunge, isCommitted: true), _log);

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(nameof(PassivateIfIdle), MailboxSignals.IdleCheck.Instance, options.PassivateAfter);
        // What an owner before this one left in the journal's hands is settled here.
        if (store.IsUnderWay(name))
            Self.Tell(new MailboxProtocol.ChangesSettled(name));
    }

    protected override void PostStop()
    {
        RefuseWaiting(AppendFault.StoreFailed);
        DropHeld(AppendFault.StoreFailed);
        Compactor.Stop();
        Locks.Stop();
        _mailbox?.Dispose();
        Quotas?.Leave(name);
    }

    protected override void OnReceive(object message)
    {
        if (message is MailboxProtocol.IMailboxCommand)
            _lastUsed = time.GetTimestamp();

        switch (message)
        {
            case MailboxProtocol.ReserveAppend reserve:
                Enqueue(new QueuedAppend(reserve, Sender));
                break;
            case MailboxProtocol.AbortAppend(_, var id):
                Abort(id);
                break;
            case MailboxProtocol.ChangesSettled or MailboxSignals.Retry:
                Attempt(Settle);
                break;
            case MailboxProtocol.LockMailbox(_, var terms):
                Locks.Lock(Sender, terms);
                break;
            case MailboxSignals.LockFreed:
                Locks.GiveToNext();
                break;
            case MailboxSignals.LockWaitOver(var waiter):
                Locks.GiveUp(waiter);
                break;
            case MailboxProtocol.FetchMessage fetch:
                Fetch(fetch);
                break;
            case MailboxProtocol.ExpungeAndUnlock(_, var uids):
                ExpungeAndUnlock(uids);
                break;
            case MailboxProtocol.RenewIndex:
                Attempt(RenewIndex);
                break;
            // Who died behind QUIT keeps the lock until it is known what became of the deletions.
            case Terminated terminated when !terminated.ActorRef.Equals(_expunging):
                Locks.Bury(terminated.ActorRef);
                break;
            case Terminated:
                break;
            case MailboxCompaction.Copied or MailboxCompaction.CopyFailed:
                if (Compactor.Take(message))
                    Attempt(Advance);
                break;
            case MailboxSignals.HoldExpired(var id) when _held is { Origin: QueuedAppend held } && held.Id == id:
                _log.Warning("{Mailbox} heard nothing more of delivery {Delivery}", name, id);
                Abort(id);
                break;
            case MailboxSignals.IdleCheck:
                Attempt(PassivateIfIdle);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Enqueue(QueuedAppend pending)
    {
        if (_waiting.Deliveries >= options.MaxPendingDeliveries || _mailbox?.Unapplied >= store.Options.MaxUnapplied)
        {
            pending.Refuse(AppendFault.TooManyPending);
            return;
        }

        _waiting.Add(pending);
        Attempt(() =>
        {
            if (store.HasSpaceFor(pending.Reserve.Draft.Body.Length))
                Advance();
            else
                _waiting.TakeAppend(pending.Id)?.Refuse(AppendFault.StoreFull);
        });
    }

    /// <summary>Whatever the disk does, who waits gets an answer, and the mailbox is opened anew.</summary>
    private void Attempt(Action work)
    {
        try
        {
            work();
        }
        catch (Exception error) when (StoreFailure.Is(error))
        {
            RefuseWaiting(Fault(error));
        }
    }

    private void RefuseWaiting(AppendFault reason)
    {
        while (_waiting.TakeAppend() is { } append)
            append.Refuse(reason);
        while (_waiting.TakeExpunge() is { } expunge)
            Answer(expunge, isCommitted: false);
    }

    /// <summary>Begins what waits, as far as it may.</summary>
    private void Advance()
    {
        var mailbox = Open();
        BeginWaiting(mailbox);
        Compactor.Advance(mailbox, mayBegin: _held is null);
        // A compaction that was given up holds nothing back any more.
        BeginWaiting(mailbox);
        Quotas?.Set(name, mailbox.Usage);
        if (mailbox.MustRetry)
            RetryAfter(RetryInterval);
    }

    private void BeginWaiting(Mailbox mailbox)
    {
        while (_held is null && mailbox.CanReserve && !Compactor.HoldsBack)
        {
            if (_waiting.TakeExpunge() is { } expunge)
                Begin(mailbox, expunge);
            else if (_waiting.TakeAppend() is { } append)
                Begin(mailbox, append);
            else
                break;
        }
    }

    private void Begin(Mailbox mailbox, QueuedAppend append)
    {
        AppendChange? change;
        try
        {
            change = QuotaGate.Reserve(Quotas, mailbox, append);
        }
        catch (Exception error)
        {
            append.Refuse(error is StoreFullException ? AppendFault.StoreFull : AppendFault.StoreFailed);
            if (!StoreFailure.Is(error))
                throw;
            _log.Warning("{Mailbox} could not take delivery {Delivery}: {Reason}", name, append.Id, error.Message);
            return;
        }

        if (change is null)
            return;
        if (append.Reserve.IsAlone)
        {
            Submit(MailboxRecord.Deliver([change]));
            return;
        }

        _held = change;
        Timers.StartSingleTimer(
            MailboxSignals.HoldExpired.Key, new MailboxSignals.HoldExpired(append.Id), options.DeliveryTimeout);
        append.Sender.Tell(new MailboxProtocol.AppendReserved(name, append.Id, change));
    }

    private void Begin(Mailbox mailbox, QueuedExpunge expunge)
    {
        try
        {
            if (mailbox.ReserveExpunge(expunge.Uids, expunge.UidValidity) is not { } change)
            {
                Answer(expunge, isCommitted: true);
                return;
            }

            change.Origin = expunge;
            Submit(MailboxRecord.Expunge(change));
        }
        catch (MailboxChangedException error)
        {
            _log.Warning("{Mailbox}: {Reason}", name, error.Message);
            Answer(expunge, isCommitted: false);
        }
    }

    private void Submit(MailboxRecord record) => journal.Tell(new JournalProtocol.Append(record, Context.Parent));

    private void Settle()
    {
        var mailbox = Open();
        foreach (var change in mailbox.Settle())
        {
            if (change == _held)
                Release();
            switch (change.Origin)
            {
                case QueuedAppend append:
                    append.Settle((AppendChange)change, store);
                    break;
                case QueuedExpunge expunge when change.IsCommitted:
                    Compactor.Add(expunge);
                    break;
                case QueuedExpunge expunge:
                    Answer(expunge, isCommitted: false);
                    break;
                case MailboxCompaction compaction:
                    Compactor.TakeSettled(compaction, change.IsCommitted);
                    break;
            }
        }

        Advance();
    }

    /// <summary>A retry that is on its way is not put off.</summary>
    private void RetryAfter(TimeSpan interval)
    {
        if (!Timers.IsTimerActive(MailboxSignals.Retry.Instance))
            Timers.StartSingleTimer(MailboxSignals.Retry.Instance, MailboxSignals.Retry.Instance, interval);
    }

    private void Release()
    {
        _held = null;
        Timers.Cancel(MailboxSignals.HoldExpired.Key);
    }

    private void Abort(string id)
    {
        _waiting.TakeAppend(id)?.Refuse(AppendFault.Aborted);
        if (_held is not { Origin: QueuedAppend held } || held.Id != id)
            return;
        DropHeld(AppendFault.Aborted);
        Attempt(Advance);
    }

    /// <summary>What the journal has in its hands already is answered when it is settled.</summary>
    private void DropHeld(AppendFault reason)
    {
        if (_held is not { Origin: QueuedAppend held } || _mailbox?.Cancel(_held) is not true)
            return;
        Release();
        held.Refuse(reason);
    }

    private void Fetch(MailboxProtocol.FetchMessage fetch)
    {
        var uid = fetch.Uid;
        MessageSlice? slice = null;
        try
        {
            slice = Locks.IsOwner(Sender) ? Locks.Current!.Slice(uid, Open()) : null;
        }
        catch (Exception error) when (StoreFailure.Is(error))
        {
            Fault(error);
        }

        Sender.Tell(slice is null
            ? new MailboxProtocol.MessageNotFetched(name, uid)
            : new MailboxProtocol.MessageFetched(
                name, uid, slice, Locks.Current!.SlicesBehind(uid, fetch.Ahead, fetch.MaxAheadLength)));
    }

    private void ExpungeAndUnlock(ImmutableArray<uint> uids)
    {
        var expunge = new QueuedExpunge(name, uids, Locks.Current?.View.UidValidity ?? 0, Sender);
        if (!Locks.IsOwner(Sender))
        {
            expunge.Settle(isCommitted: false);
            return;
        }

        if (uids.IsEmpty)
        {
            Answer(expunge, isCommitted: true);
            return;
        }

        _expunging = Sender;
        _waiting.Add(expunge);
        Attempt(() => { Open().Refresh(); Advance(); });
    }

    /// <summary>The lock is kept until now, so that nobody is shown what is about to go.</summary>
    private void Answer(QueuedExpunge expunge, bool isCommitted)
    {
        _expunging = null;
        var isOwner = Locks.IsOwner(expunge.Sender);
        expunge.Settle(isCommitted);
        if (isOwner)
            Locks.Unlock();
    }

    private void RenewIndex()
    {
        if (Open().RenewIndex())
            store.IndexRenewed(name);
    }

    private Mailbox Open() => _mailbox ??= store.OpenMailbox(name);

    /// <summary>With what other programs have done to the file.</summary>
    private Mailbox OpenAsItIs()
    {
        var mailbox = Open();
        return mailbox.Refresh() || !mailbox.IsIdle
            ? mailbox
            : throw new IOException("Another program changed the mailbox file and has it locked.");
    }

    /// <summary>What is not known to be on the disk is not guessed at: the file is opened and checked anew.</summary>
    private AppendFault Fault(Exception error)
    {
        if (store.IsUnderWay(name))
            RetryAfter(FaultInterval);
        if (error is StoreFullException)
        {
            _log.Warning("{Mailbox} has no room: {Reason}", name, error.Message);
            return AppendFault.StoreFull;
        }

        _log.Error(error, "{Mailbox} failed: {Reason}", name, error.Message);
        DropHeld(AppendFault.StoreFailed);
        Compactor.Abandon(error.Message);
        _mailbox?.Dispose();
        _mailbox = null;
        return AppendFault.StoreFailed;
    }

    private void PassivateIfIdle()
    {
        if (Locks.IsBusy || _held is not null || !_waiting.IsEmpty || Compactor.IsBusy
            || store.IsUnderWay(name) || time.GetElapsedTime(_lastUsed) < options.PassivateAfter)
        {
            return;
        }

        // What a crash kept from leaving the file leaves it now.
        if (_mailbox is not null)
            Compactor.Advance(_mailbox, mayBegin: true);
        if (!Compactor.IsBusy)
            Context.Parent.Tell(MailboxProtocol.Passivate.Instance);
    }
}
