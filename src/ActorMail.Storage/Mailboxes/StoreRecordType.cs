namespace ActorMail.Storage.Mailboxes;

/// <summary>What the store writes to the journal. Numbers are for ever.</summary>
internal enum StoreRecordType
{
    None = 0,

    /// <summary>A message for one mailbox or several, with its octets.</summary>
    Deliver = 1,

    /// <summary>The same, with its octets in a spool file that was flushed before.</summary>
    DeliverReference = 2,

    Flags = 3,
    Expunge = 4,

    /// <summary>New files are ready to take the place of a mailbox's file and index.</summary>
    Compact = 8,
}
