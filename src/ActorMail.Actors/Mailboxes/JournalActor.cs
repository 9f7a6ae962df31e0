using ActorMail.Protocols.Mail;
using ActorMail.Storage.Mailboxes;
using Akka.Actor;
using Akka.Event;

namespace ActorMail.Actors.Mailboxes;

/// <summary>
/// The one writer of the journal, on a thread of its own because every turn waits for the disk. A turn takes all
/// records that wait, writes and flushes them together, and then tells their mailboxes. What comes in meanwhile is the
/// next turn's, so the batch grows with the load by itself.
/// <code>
/// Append --> waiting --Turn--> durable or refused --> ChangesSettled to each mailbox
/// half of the ring busy, or nothing to do for a while --> checkpoint, beside --> CheckpointEnded
/// no segment free --> waiting, until a checkpoint has freed one; refused if none could for a while
/// </code>
/// </summary>
public sealed class JournalActor(MailStore store, JournalActorOptions options, TimeProvider time)
    : UntypedActor, IWithTimers
{
    private const double BusyEnough = 0.5;

    /// <summary>
    /// Times the interval of idle checkpoints: at the latest then one begins, however busy the server is.
    /// </summary>
    private const int LatestCheckpoint = 5;

    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FullInterval = TimeSpan.FromMilliseconds(20);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly List<MailboxRecord> _waiting = [];
    private readonly HashSet<MailboxName> _concerned = [];
    private IActorRef _mailboxes = ActorRefs.Nobody;
    private long _lastAppend = time.GetTimestamp();
    private long _lastCheckpoint = time.GetTimestamp();
    private long? _fullSince;
    private bool _isTurnDue;
    private bool _isFull;
    private bool _isCheckpointing;

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, TickInterval);

    protected override void PostStop() => GiveUpWaiting();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case JournalProtocol.Append(var record, var mailboxes):
                _mailboxes = mailboxes;
                _waiting.Add(record);
                ScheduleTurn();
                break;
            case Turn:
                _isTurnDue = false;
                Write();
                break;
            case Tick:
                ScheduleTurn();
                CheckpointIfDue();
                break;
            case CheckpointAgain:
                BeginCheckpoint();
                break;
            case CheckpointEnded(var outcome):
                EndCheckpoint(outcome);
                break;
            case CheckpointFailed(var reason):
                _log.Error(reason, "The checkpoint failed: {Reason}", reason.Message);
                EndCheckpoint(default);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>The turn stands behind all that waits already, so that one flush serves all of it.</summary>
    private void ScheduleTurn()
    {
        if (_isTurnDue || _isFull)
            return;

        _isTurnDue = true;
        Self.Tell(Turn.Instance);
    }

    private void Write()
    {
        if (_waiting.Count == 0)
            return;

        var batch = _waiting.GetRange(0, Math.Min(_waiting.Count, options.MaxBatch));
        var outcome = store.Append(batch);
        _lastAppend = time.GetTimestamp();
        if (outcome.Fault is { } fault)
            _log.Error(fault, "The journal could not be written, and mail is refused: {Reason}", fault.Message);
        Tell(outcome.Done);
        _fullSince = outcome.IsFull ? _fullSince ?? _lastAppend : null;
        if (outcome.IsInDoubt)
        {
            // Nothing is accepted before the disk works again; that is tried with the next tick.
            GiveUpWaiting();
            return;
        }

        _isFull = outcome.IsFull;
        if (_isFull || store.JournalBusyShare >= BusyEnough)
            BeginCheckpoint();
        if (_waiting.Count > 0)
            ScheduleTurn();
    }

    /// <summary>Each mailbox hears once, however many of its changes were settled.</summary>
    private void Tell(int count)
    {
        for (var i = 0; i < count; i++)
        {
            foreach (var change in _waiting[i].Changes)
                _concerned.Add(change.Mailbox);
        }

        foreach (var mailbox in _concerned)
            _mailboxes.Tell(new MailboxProtocol.ChangesSettled(mailbox));
        _concerned.Clear();
        _waiting.RemoveRange(0, count);
    }

    /// <summary>Those in doubt stay, in front.</summary>
    private void GiveUpWaiting()
    {
        var doubtful = _waiting.FindAll(record => !record.GiveUp());
        _waiting.RemoveAll(record => record.IsInDoubt);
        Tell(_waiting.Count);
        _waiting.AddRange(doubtful);
    }

    private void CheckpointIfDue()
    {
        // What is not flushed yet comes back into a mailbox file from which another program took it.
        if (_isCheckpointing || !store.HasUncheckpointed
            || (time.GetElapsedTime(_lastAppend) < options.IdleCheckpoint
                && time.GetElapsedTime(_lastCheckpoint) < LatestCheckpoint * options.IdleCheckpoint))
        {
            return;
        }

        try
        {
            store.Roll();
        }
        catch (IOException error)
        {
            _log.Error(error, "The journal could not begin a new segment: {Reason}", error.Message);
        }

        BeginCheckpoint();
    }

    private void BeginCheckpoint()
    {
        if (_isCheckpointing)
            return;

        _isCheckpointing = true;
        _lastCheckpoint = time.GetTimestamp();
        // Waits for the disk, so it is not for a thread of the pool, which has few.
        Task.Factory.StartNew(
            store.Checkpoint, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).PipeTo(
            Self,
            success: outcome => new CheckpointEnded(outcome),
            failure: error => new CheckpointFailed(error));
    }

    private void EndCheckpoint(CheckpointOutcome outcome)
    {
        _isCheckpointing = false;
        if (!outcome.NeedIndex.IsDefaultOrEmpty)
        {
            foreach (var mailbox in outcome.NeedIndex)
                _mailboxes.Tell(new MailboxProtocol.RenewIndex(mailbox));
        }

        if (!_isFull)
            return;

        // Mailboxes that are only late have soon written what they were told.
        if (outcome.Freed == 0 && time.GetElapsedTime(_fullSince ?? 0) < options.FullTimeout)
        {
            Timers.StartSingleTimer(CheckpointAgain.Instance, CheckpointAgain.Instance, FullInterval);
            return;
        }

        _isFull = false;
        if (outcome.Freed == 0)
        {
            _log.Error("The journal is full, and mail is refused: what it holds cannot be flushed to the mailboxes");
            GiveUpWaiting();
        }

        ScheduleTurn();
    }

    private sealed record Turn : INoSerializationVerificationNeeded
    {
        public static readonly Turn Instance = new();
    }

    private sealed record Tick : INoSerializationVerificationNeeded
    {
        public static readonly Tick Instance = new();
    }

    private sealed record CheckpointAgain : INoSerializationVerificationNeeded
    {
        public static readonly CheckpointAgain Instance = new();
    }

    private sealed record CheckpointEnded(CheckpointOutcome Outcome)
        : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    private sealed record CheckpointFailed(Exception Reason)
        : IDeadLetterSuppression, INoSerializationVerificationNeeded;
}
