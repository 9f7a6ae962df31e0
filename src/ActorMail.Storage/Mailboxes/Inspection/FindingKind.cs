namespace ActorMail.Storage.Mailboxes.Inspection;

/// <summary>What a finding is about; so that many of one kind can be told in few words.</summary>
public enum FindingKind
{
    /// <summary>The mailbox file as a whole.</summary>
    File,

    /// <summary>The index file as a whole.</summary>
    Index,

    /// <summary>The order of numbers in the index.</summary>
    Numbers,

    /// <summary>A message is not what the index says.</summary>
    Message,

    /// <summary>Messages lie over each other, or something lies between them.</summary>
    Layout,

    /// <summary>Other programs see other messages in the file than the server does.</summary>
    Quoting,

    /// <summary>What somebody who was interrupted left behind.</summary>
    Leftover,

    /// <summary>The journal has changes that are not in the mailbox.</summary>
    Journal,
}
