namespace ActorMail.Storage.Mailboxes;

/// <summary>Whether an index file can be read.</summary>
internal enum IndexCondition
{
    Good,

    /// <summary>There is none.</summary>
    Missing,

    /// <summary>Another version of the server wrote it.</summary>
    OfAnotherVersion,

    Damaged,
}
