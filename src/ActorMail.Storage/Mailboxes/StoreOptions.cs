using ActorMail.Storage.Journal;

namespace ActorMail.Storage.Mailboxes;

/// <summary>The settings of <c>actormail.store</c>, checked when they are read.</summary>
public sealed record StoreOptions
{
    /// <summary>A message longer than this is spooled to disk, and only named in the journal; octets.</summary>
    public int SpoolThreshold { get; init; } = 256 * 1024;

    /// <summary>Free space below which new mail is refused; octets. Null: the smaller of 1 GiB and 5 %.</summary>
    public long? MinFreeSpace { get; init; }

    /// <summary>A mailbox up to this size is compacted before QUIT is answered, a larger one later; octets.</summary>
    public long CompactAtOnceSize { get; init; } = 8 * 1024 * 1024;

    /// <summary>How fast a compaction beside the running work may copy; octets a second, 0 for no limit.</summary>
    public long MaxCompactionRate { get; init; } = 100L * 1024 * 1024;

    /// <summary>
    /// Whether <c>NAME.lock</c> is made as well while a mailbox file is written, as other programs do.
    /// </summary>
    public bool UsesDotlock { get; init; } = true;

    /// <summary>A dotlock older than this was left by a program that died.</summary>
    public TimeSpan DotlockStaleAfter { get; init; } = TimeSpan.FromSeconds(1024);

    /// <summary>Changes of one mailbox that are durable and wait to be written to its file; more are refused.</summary>
    public int MaxUnapplied { get; init; } = 1_000;

    /// <summary>Files that a checkpoint flushes at a time.</summary>
    public int CheckpointThreads { get; init; } = 8;

    public JournalOptions Journal { get; init; } = new();
}
