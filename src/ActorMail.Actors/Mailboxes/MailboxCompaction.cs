using ActorMail.Storage.Mailboxes;
using Akka.Actor;
using Akka.Event;

namespace ActorMail.Actors.Mailboxes;

/// <summary>
/// A compaction, with those who wait for it. Its long part, copying what lives, runs beside the mailbox actor, while
/// deliveries go on, unless little is left. The actor finishes it when all is copied.
/// </summary>
internal sealed class MailboxCompaction(Compaction job)
{
    private readonly CancellationTokenSource _cancellation = new();

    public Compaction Job { get; } = job;

    public bool IsCopied { get; set; }

    /// <summary>The journal has been asked.</summary>
    public bool IsSubmitted { get; set; }

    public void Begin(bool isSmall, IActorRef owner)
    {
        if (isSmall)
        {
            Job.CopyLive(isSmall: true, CancellationToken.None);
            IsCopied = true;
            return;
        }

        // Waits for the disk and its rate, so it is not for a thread of the pool, which has few.
        Task.Factory.StartNew(
            () => Job.CopyLive(isSmall: false, _cancellation.Token),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .PipeTo(
                owner,
                success: () => new Copied(this),
                failure: error => new CopyFailed(this, error.Message));
    }

    /// <summary>The copier stops at its next step, and what it wrote so far is thrown away.</summary>
    public void Abandon()
    {
        _cancellation.Cancel();
        if (!IsSubmitted)
            Job.Dispose();
    }

    public sealed record Copied(MailboxCompaction Of) : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    public sealed record CopyFailed(MailboxCompaction Of, string Reason)
        : IDeadLetterSuppression, INoSerializationVerificationNeeded;
}
