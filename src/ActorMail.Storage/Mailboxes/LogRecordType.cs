namespace ActorMail.Storage.Mailboxes;

/// <summary>The records of the sidecar log. Numbers are for ever.</summary>
internal enum LogRecordType : byte
{
    None = 0,

    /// <summary>The mailbox file will be written there next.</summary>
    Intent = 1,

    /// <summary>Messages of one batch, all or none, and the stat of the mailbox file with them.</summary>
    Append = 2,

    /// <summary>Ranges of UIDs that are gone.</summary>
    Expunge = 3,

    /// <summary>Where the mailbox file ends and how it looks; ends an intent that came to nothing.</summary>
    State = 4,

    /// <summary>As <see cref="State"/>; nothing happened afterwards.</summary>
    Closed = 5,
}
