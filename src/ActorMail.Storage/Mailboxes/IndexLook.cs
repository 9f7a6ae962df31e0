namespace ActorMail.Storage.Mailboxes;

/// <summary>An index file, seen from outside.</summary>
/// <param name="State">Null unless it is good.</param>
/// <param name="Length">Octets up to the end of the last whole record.</param>
/// <param name="FileLength">Octets of the file.</param>
internal sealed record IndexLook(IndexCondition Condition, MailboxState? State, long Length, long FileLength);
