namespace ActorMail.Storage.Mailboxes;

/// <summary>Whether deleted messages should leave the mailbox file, and how soon.</summary>
public enum CompactionNeed
{
    None,

    /// <summary>The file is small: milliseconds, before QUIT is answered.</summary>
    AtOnce,

    /// <summary>The file is large: beside the running work, even if nothing of it is left.</summary>
    InBackground,
}
