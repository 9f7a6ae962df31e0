namespace ActorMail.Actors.Mailboxes;

/// <summary>Why a mailbox did not take a message. All but one of them pass: the sender may try again.</summary>
public enum AppendFault
{
    /// <summary>The volume has less free space than its reserve, or the quota of the file system is used up.</summary>
    StoreFull,

    /// <summary>As many deliveries wait for this mailbox as may.</summary>
    TooManyPending,

    /// <summary>The disk failed, or the mailbox file could not be opened.</summary>
    StoreFailed,

    /// <summary>The mailbox, or its domain, would hold more than its quota.</summary>
    OverQuota,

    /// <summary>The message alone is more than the quota; it will never fit.</summary>
    LargerThanQuota,

    /// <summary>It took too long, or another recipient's mailbox refused its copy.</summary>
    Aborted,
}
