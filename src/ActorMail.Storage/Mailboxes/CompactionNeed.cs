namespace ActorMail.Storage.Mailboxes;

/// <summary>Whether deleted messages should leave the mailbox file, and how soon.</summary>
public enum CompactionNeed
{
    None,

    /// <summary>Little is left: milliseconds, before QUIT is answered.</summary>
    AtOnce,

    /// <summary>Much is left: beside the running work.</summary>
    InBackground,
}
