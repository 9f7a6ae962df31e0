using ActorMail.Storage.Mailboxes;
using Akka.Actor;
using Akka.Event;

namespace ActorMail.Actors.Mailboxes;

/// <summary>
/// A compaction whose long part, copying what lives, runs beside the mailbox actor, while deliveries go on. The actor
/// finishes it when it is told that all is copied.
/// </summary>
internal sealed class MailboxCompaction(Compaction job)
{
    private readonly CancellationTokenSource _cancellation = new();

    public Compaction Job { get; } = job;

    public bool IsCopied { get; set; }

    /// <summary>Does at once what is small; null unless there is more to do, which runs beside the owner.</summary>
    public static MailboxCompaction? Begin(Mailbox mailbox, IActorRef owner)
    {
        switch (mailbox.CompactionNeed)
        {
            case CompactionNeed.AtOnce:
                mailbox.CompactNow();
                return null;
            case CompactionNeed.InBackground:
                var compaction = new MailboxCompaction(mailbox.BeginCompaction());
                compaction.Start(owner);
                return compaction;
            default:
                return null;
        }
    }

    /// <summary>The copier stops at its next step, and what it wrote so far is thrown away.</summary>
    public void Abandon()
    {
        _cancellation.Cancel();
        Job.Dispose();
    }

    private void Start(IActorRef owner) =>
        Task.Run(() => Job.CopyLive(_cancellation.Token))
            .PipeTo(
                owner,
                success: () => new Copied(this),
                failure: error => new CopyFailed(this, error.Message));

    public sealed record Copied(MailboxCompaction Of) : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    public sealed record CopyFailed(MailboxCompaction Of, string Reason)
        : IDeadLetterSuppression, INoSerializationVerificationNeeded;
}
