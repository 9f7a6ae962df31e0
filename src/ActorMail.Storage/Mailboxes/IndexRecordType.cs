namespace ActorMail.Storage.Mailboxes;

/// <summary>The records behind the snapshot of an index file. Numbers are for ever.</summary>
internal enum IndexRecordType
{
    None = 0,

    /// <summary>Messages, and the stat of the mailbox file with them.</summary>
    Append = 1,

    /// <summary>Ranges of UIDs that are gone.</summary>
    Expunge = 2,

    /// <summary>Ranges of UIDs whose flags changed.</summary>
    Flags = 3,

    /// <summary>How the mailbox file looks; what it holds is the same.</summary>
    Stat = 4,
}
