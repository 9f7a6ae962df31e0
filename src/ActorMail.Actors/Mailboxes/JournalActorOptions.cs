namespace ActorMail.Actors.Mailboxes;

/// <summary>When the journal is checkpointed.</summary>
public sealed record JournalActorOptions
{
    /// <summary>Nothing was written for so long: then all there is is flushed to the mailbox files.</summary>
    public TimeSpan IdleCheckpoint { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The ring is full: for a checkpoint to free a segment. Then mail is refused until one does.</summary>
    public TimeSpan FullTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Records written and flushed together.</summary>
    public int MaxBatch { get; init; } = 1_024;
}
