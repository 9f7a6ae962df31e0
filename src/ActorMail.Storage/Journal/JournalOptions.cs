namespace ActorMail.Storage.Journal;

/// <summary>The ring of the journal: settings of <c>actormail.store.journal</c>, checked when they are read.</summary>
public sealed record JournalOptions
{
    /// <summary>A segment as it is made; octets.</summary>
    public long SegmentSize { get; init; } = 4L * 1024 * 1024;

    /// <summary>
    /// A segment as it may become under load; octets. Longer ones make checkpoints rarer and a start slower.
    /// </summary>
    public long MaxSegmentSize { get; init; } = 64L * 1024 * 1024;

    /// <summary>Segments of the ring; a checkpoint makes one of them free again while the others are written.</summary>
    public int Segments { get; init; } = 4;

    /// <summary>A ring that was filled within this time grows.</summary>
    public TimeSpan GrowsWithin { get; init; } = TimeSpan.FromSeconds(10);
}
