namespace ActorMail.Storage.Mailboxes.Transfer;

/// <summary>What a mailbox is exported as.</summary>
public enum ExportFormat
{
    /// <summary>
    /// One mbox file: LF, mboxrd quoting; the flags of a message that has any in Status and X-Status.
    /// </summary>
    Mbox,

    /// <summary>A Maildir: a file a message with LF, its flags in the name, its date as that of the file.</summary>
    Maildir,

    /// <summary>A folder with a file a message, as a client fetches it, named by its UID.</summary>
    Eml,
}
