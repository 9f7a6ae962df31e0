namespace ActorMail.Storage.Mailboxes;

/// <summary>The settings of <c>actormail.store</c>, checked when they are read.</summary>
public sealed record StoreOptions
{
    /// <summary>A message longer than this is spooled to disk while it comes in; octets.</summary>
    public int SpoolThreshold { get; init; } = 256 * 1024;

    /// <summary>Free space below which new mail is refused; octets. Null: the smaller of 1 GiB and 5 %.</summary>
    public long? MinFreeSpace { get; init; }

    /// <summary>A mailbox up to this size is compacted before QUIT is answered, a larger one later; octets.</summary>
    public long CompactAtOnceSize { get; init; } = 8 * 1024 * 1024;
}
