using System.Collections.Immutable;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Files;
using ActorMail.Storage.Mailboxes;
using Akka.Actor;
using Akka.Event;

namespace ActorMail.Actors.Mailboxes;

/// <summary>
/// The one owner of a mailbox file: whatever happens to it happens in this actor's turn, so nothing else is locked.
/// Deliveries queue up; one turn takes all that wait, writes them together, has them flushed, and only then answers.
/// One that has several recipients is held on the disk, and the queue behind it, until it is committed or aborted.
/// <code>
/// Reserve(alone) --> queue --turn--> prepared and committed --> Committed
/// Reserve        --> queue --turn--> prepared --> Reserved --Commit--> committed --> Committed
/// Lock --> MailboxLocked(view) ... Fetch ... --ExpungeAndUnlock, or the session's death--> free
/// idle --> Passivate, unless locked, queued or being compacted
/// </code>
/// It runs on a dispatcher of its own, since a flush blocks the thread.
/// </summary>
public sealed class MailboxActor(MailStore store, MailboxName name, MailboxOptions options, TimeProvider time)
    : UntypedActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly LinkedList<QueuedAppend> _queue = [];
    private Mailbox? _mailbox;
    private QueuedAppend? _held;
    private PreparedAppend? _prepared;
    private MailboxLock? _lock;
    private MailboxCompaction? _compaction;
    private bool _isTurnDue;
    private long _lastUsed = time.GetTimestamp();

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer(
        nameof(PassivateIfIdle), MailboxSignals.IdleCheck.Instance, options.PassivateAfter);

    protected override void PostStop()
    {
        _held?.Refuse(AppendFault.StoreFailed);
        foreach (var pending in _queue)
            pending.Refuse(AppendFault.StoreFailed);
        _compaction?.Abandon();
        _lock?.Release();
        _mailbox?.Dispose();
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
            case MailboxProtocol.CommitAppend(_, var id):
                CommitHeld(id, Sender);
                break;
            case MailboxProtocol.AbortAppend(_, var id):
                Abort(id, Sender);
                break;
            case MailboxSignals.Turn:
                _isTurnDue = false;
                TakeTurn();
                break;
            case MailboxProtocol.LockMailbox:
                Lock();
                break;
            case MailboxProtocol.FetchMessage(_, var uid):
                Fetch(uid);
                break;
            case MailboxProtocol.ExpungeAndUnlock(_, var uids):
                ExpungeAndUnlock(uids);
                break;
            case Terminated terminated when terminated.ActorRef.Equals(_lock?.Owner):
                ReleaseLock();
                break;
            case MailboxCompaction.Copied copied when copied.Of == _compaction:
                _compaction.IsCopied = true;
                ScheduleTurn();
                break;
            case MailboxCompaction.CopyFailed failed when failed.Of == _compaction:
                GiveUpCompaction(failed.Reason);
                break;
            case MailboxSignals.HoldExpired(var id) when _held?.Id == id:
                _log.Warning("{Mailbox} heard nothing more of delivery {Delivery}", name, id);
                Abort(id, _held.Sender);
                break;
            case MailboxSignals.IdleCheck:
                PassivateIfIdle();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Enqueue(QueuedAppend pending)
    {
        AppendFault? fault = _queue.Count >= options.MaxPendingDeliveries ? AppendFault.TooManyPending
            : store.HasSpaceFor(pending.Reserve.Draft.Body.Length) ? null
            : AppendFault.StoreFull;
        if (fault is not null)
        {
            pending.Refuse(fault.Value);
            return;
        }

        _queue.AddLast(pending);
        ScheduleTurn();
    }

    /// <summary>The turn stands behind all that waits already, so that one flush serves all of it.</summary>
    private void ScheduleTurn()
    {
        if (_isTurnDue)
            return;

        _isTurnDue = true;
        Self.Tell(MailboxSignals.Turn.Instance);
    }

    private void TakeTurn()
    {
        while (_held is null && _queue.First is { Value: var first })
        {
            if (first.Reserve.IsAlone)
            {
                var batch = _queue.TakeWhile(it => it.Reserve.IsAlone).Take(options.MaxBatch).ToImmutableArray();
                foreach (var _ in batch)
                    _queue.RemoveFirst();
                Append(batch);
            }
            else
            {
                _queue.RemoveFirst();
                Hold(first);
            }
        }

        if (_held is null && _compaction is { IsCopied: true })
            FinishCompaction();
    }

    private void Append(ImmutableArray<QueuedAppend> batch)
    {
        try
        {
            var mailbox = Open();
            var prepared = mailbox.Prepare([.. batch.Select(it => it.Reserve.Draft)]);
            var stored = mailbox.Commit(prepared);
            foreach (var (pending, message) in batch.Zip(stored))
                pending.Accept(message.Uid);
        }
        catch (StoreFullException) when (batch.Length > 1)
        {
            // A large message may have no room where the small ones around it do.
            foreach (var pending in batch)
                Append([pending]);
        }
        catch (Exception error) when (StoreFailure.Is(error))
        {
            var fault = Fault(error);
            foreach (var pending in batch)
                pending.Refuse(fault);
        }
    }

    private void Hold(QueuedAppend pending)
    {
        try
        {
            _prepared = Open().Prepare([pending.Reserve.Draft]);
            _held = pending;
            Timers.StartSingleTimer(
                MailboxSignals.HoldExpired.Key, new MailboxSignals.HoldExpired(pending.Id), options.DeliveryTimeout);
            pending.Sender.Tell(new MailboxProtocol.AppendReserved(name, pending.Id));
        }
        catch (Exception error) when (StoreFailure.Is(error))
        {
            pending.Refuse(Fault(error));
        }
    }

    private void CommitHeld(string id, IActorRef sender)
    {
        if (_held?.Id != id || _prepared is null || _mailbox is null)
        {
            sender.Tell(new MailboxProtocol.AppendRefused(name, id, AppendFault.StoreFailed));
            return;
        }

        var (held, prepared) = (_held, _prepared);
        (_held, _prepared) = (null, null);
        try
        {
            held.Accept(_mailbox.Commit(prepared)[0].Uid);
        }
        catch (Exception error) when (StoreFailure.Is(error))
        {
            held.Refuse(Fault(error));
        }

        ScheduleTurn();
    }

    private void Abort(string id, IActorRef sender)
    {
        if (_held?.Id == id && _prepared is not null)
        {
            var prepared = _prepared;
            (_held, _prepared) = (null, null);
            try
            {
                _mailbox?.Abort(prepared);
            }
            catch (Exception error) when (StoreFailure.Is(error))
            {
                Fault(error);
            }

            ScheduleTurn();
        }
        else if (_queue.FirstOrDefault(it => it.Id == id) is { } waiting)
        {
            _queue.Remove(waiting);
        }

        sender.Tell(new MailboxProtocol.AppendRefused(name, id, AppendFault.Aborted));
    }

    private void Lock()
    {
        if (_lock is not null)
        {
            Sender.Tell(new MailboxProtocol.MailboxBusy(name));
            return;
        }

        try
        {
            var mailbox = Open();
            mailbox.Refresh();
            _lock = new MailboxLock(Context.Watch(Sender), mailbox.View, mailbox.Content);
            Sender.Tell(new MailboxProtocol.MailboxLocked(name, mailbox.View));
        }
        catch (Exception error) when (StoreFailure.Is(error))
        {
            Fault(error);
            Sender.Tell(new MailboxProtocol.MailboxUnavailable(name));
        }
    }

    private void Fetch(uint uid)
    {
        MessageSlice? slice = null;
        try
        {
            slice = Sender.Equals(_lock?.Owner) ? _lock.Slice(uid, Open()) : null;
        }
        catch (Exception error) when (StoreFailure.Is(error))
        {
            Fault(error);
        }

        Sender.Tell(slice is null
            ? new MailboxProtocol.MessageNotFetched(name, uid)
            : new MailboxProtocol.MessageFetched(name, uid, slice));
    }

    private void ExpungeAndUnlock(ImmutableArray<uint> uids)
    {
        if (!Sender.Equals(_lock?.Owner))
        {
            Sender.Tell(new MailboxProtocol.ExpungeFailed(name));
            return;
        }

        var uidValidity = _lock.View.UidValidity;
        ReleaseLock();
        try
        {
            if (!uids.IsEmpty)
                Expunge(uids, uidValidity);
            Sender.Tell(new MailboxProtocol.MailboxUnlocked(name));
        }
        catch (Exception error) when (StoreFailure.Is(error))
        {
            Fault(error);
            Sender.Tell(new MailboxProtocol.ExpungeFailed(name));
        }
    }

    private void Expunge(ImmutableArray<uint> uids, uint uidValidity)
    {
        var mailbox = Open();
        mailbox.Expunge(uids, uidValidity);
        Compact(mailbox);
    }

    /// <summary>The deletion is durable by now; that its octets leave the file later is no failure of it.</summary>
    private void Compact(Mailbox mailbox)
    {
        if (_compaction is not null || _held is not null)
            return;

        try
        {
            _compaction = MailboxCompaction.Begin(mailbox, Self);
        }
        catch (Exception error) when (StoreFailure.Is(error))
        {
            _log.Warning("{Mailbox} was not compacted: {Reason}", name, error.Message);
            Close();
        }
    }

    private void FinishCompaction()
    {
        try
        {
            _mailbox!.FinishCompaction(_compaction!.Job);
            _compaction = null;
        }
        catch (Exception error) when (StoreFailure.Is(error))
        {
            GiveUpCompaction(error.Message);
            Close();
        }
    }

    private void GiveUpCompaction(string reason)
    {
        _log.Warning("{Mailbox} was not compacted: {Reason}", name, reason);
        _compaction?.Abandon();
        _compaction = null;
    }

    private Mailbox Open() => _mailbox ??= store.OpenMailbox(name);

    /// <summary>What is not known to be on the disk is not guessed at: the file is opened and checked anew.</summary>
    private AppendFault Fault(Exception error)
    {
        if (error is StoreFullException)
        {
            _log.Warning("{Mailbox} has no room: {Reason}", name, error.Message);
            return AppendFault.StoreFull;
        }

        if (error is MailboxChangedException)
        {
            _log.Warning("{Mailbox}: {Reason}", name, error.Message);
        }
        else
        {
            _log.Error(error, "{Mailbox} failed: {Reason}", name, error.Message);
            Close();
        }

        return AppendFault.StoreFailed;
    }

    private void Close()
    {
        _compaction?.Abandon();
        _compaction = null;
        _held?.Refuse(AppendFault.StoreFailed);
        (_held, _prepared) = (null, null);
        _mailbox?.Dispose();
        _mailbox = null;
        ScheduleTurn();
    }

    private void ReleaseLock()
    {
        Context.Unwatch(_lock!.Owner);
        _lock.Release();
        _lock = null;
    }

    private void PassivateIfIdle()
    {
        if (_lock is not null || _held is not null || _queue.Count > 0 || _compaction is not null
            || time.GetElapsedTime(_lastUsed) < options.PassivateAfter)
        {
            return;
        }

        // What a crash kept from leaving the file leaves it now.
        if (_mailbox is not null)
            Compact(_mailbox);
        if (_compaction is null)
            Context.Parent.Tell(MailboxProtocol.Passivate.Instance);
    }
}
