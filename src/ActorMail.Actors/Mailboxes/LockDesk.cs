using ActorMail.Protocols.Mail;
using ActorMail.Storage.Mailboxes;
using Akka.Actor;

namespace ActorMail.Actors.Mailboxes;

/// <summary>
/// Gives the lock of a mailbox to one session after the other, in the order in which they came. A part of its
/// <see cref="MailboxActor"/>, in whose turns it works.
/// <code>
/// free --LockMailbox--> held --unlocked, or its owner is dead--> held by who waits for longest, or free
/// </code>
/// </summary>
/// <param name="name">Whose lock it is.</param>
/// <param name="context">Of the mailbox actor; it watches who holds the lock, and who waits for it.</param>
/// <param name="timers">Of the mailbox actor.</param>
/// <param name="open">Opens the mailbox and looks what other programs have done; throws if that cannot be.</param>
/// <param name="onFault">A store's failure; the owner of the file knows what to do.</param>
/// <param name="time">The monotonic clock.</param>
internal sealed class LockDesk(
    MailboxName name, IActorContext context, ITimerScheduler timers, Func<Mailbox> open, Action<Exception> onFault,
    TimeProvider time)
{
    private readonly LinkedList<LockWaiter> _waiting = new();
    private MailboxLock? _lock;
    private long? _givenAt;
    private TimeSpan _interval;

    public MailboxLock? Current => _lock;

    /// <summary>Held, wanted, or to be remembered for a while.</summary>
    public bool IsBusy => _lock is not null || Remaining > TimeSpan.Zero;

    private TimeSpan Remaining =>
        _givenAt is { } since ? _interval - time.GetElapsedTime(since) : TimeSpan.Zero;

    public bool IsOwner(IActorRef session) => session.Equals(_lock?.Owner);

    public void Lock(IActorRef session, LockTerms terms)
    {
        if (_lock is null && _waiting.Count == 0)
            Give(session, terms);
        else if (terms.Wait > TimeSpan.Zero && _waiting.Count < terms.MaxWaiting)
            Enqueue(new LockWaiter(session, terms));
        else
            session.Tell(new MailboxProtocol.MailboxBusy(name));
    }

    /// <summary>
    /// The owner has done with it. Who waits gets it in a later turn: in this one the file may be in use.
    /// </summary>
    public void Unlock()
    {
        context.Unwatch(_lock!.Owner);
        Close();
        if (_waiting.Count > 0)
            context.Self.Tell(MailboxSignals.LockFreed.Instance);
    }

    public void GiveToNext()
    {
        while (_lock is null && _waiting.First is { Value: var waiter })
        {
            Forget(waiter);
            Give(waiter.Session, waiter.Terms);
        }
    }

    /// <summary>A session is dead; its lock, or its wish for it, dies with it.</summary>
    public void Bury(IActorRef session)
    {
        if (IsOwner(session))
            Unlock();
        else if (Find(session) is { } waiter)
            Forget(waiter);
    }

    /// <summary>A session has waited for as long as it would.</summary>
    public void GiveUp(LockWaiter waiter)
    {
        if (!_waiting.Contains(waiter))
            return;
        Forget(waiter);
        waiter.Session.Tell(new MailboxProtocol.MailboxBusy(name));
    }

    /// <summary>The mailbox actor ends: nobody gets the lock any more.</summary>
    public void Stop()
    {
        Close();
        foreach (var waiter in _waiting)
            waiter.Session.Tell(new MailboxProtocol.MailboxUnavailable(name));
        _waiting.Clear();
    }

    private void Close()
    {
        _lock?.Release();
        _lock = null;
    }

    private void Give(IActorRef session, LockTerms terms)
    {
        _interval = terms.Interval;
        if (Remaining is var remaining && remaining > TimeSpan.Zero)
        {
            session.Tell(new MailboxProtocol.MailboxUsedLately(name, remaining));
            return;
        }

        try
        {
            _lock = new MailboxLock(session, open());
            context.Watch(session);
            _givenAt = time.GetTimestamp();
            session.Tell(new MailboxProtocol.MailboxLocked(name, _lock.View));
        }
        catch (Exception error) when (StoreFailure.Is(error))
        {
            onFault(error);
            session.Tell(new MailboxProtocol.MailboxUnavailable(name));
        }
    }

    private void Enqueue(LockWaiter waiter)
    {
        if (Find(waiter.Session) is not null)
            return;
        context.Watch(waiter.Session);
        _waiting.AddLast(waiter);
        timers.StartSingleTimer(waiter, new MailboxSignals.LockWaitOver(waiter), waiter.Terms.Wait);
    }

    private void Forget(LockWaiter waiter)
    {
        timers.Cancel(waiter);
        context.Unwatch(waiter.Session);
        _waiting.Remove(waiter);
    }

    private LockWaiter? Find(IActorRef session) => _waiting.FirstOrDefault(waiter => waiter.Session.Equals(session));
}
