namespace ActorMail.Storage.Mailboxes;

/// <summary>The settings of <c>actormail.store</c>, checked when they are read.</summary>
public sealed record StoreOptions
{
    /// <summary>A message longer than this is spooled to disk while it comes in; octets.</summary>
    public int SpoolThreshold { get; init; } = 256 * 1024;

    /// <summary>Free space below which new mail is refused; octets. Null: 1 GiB or 5 % of the volume, the smaller.</summary>
    public long? MinFreeSpace { get; init; }

    /// <summary>A mailbox file up to this size is compacted before QUIT is answered, a larger one afterwards; octets.</summary>
    public long CompactAtOnceSize { get; init; } = 8 * 1024 * 1024;
}
