namespace ActorMail.Storage.Mailboxes;

/// <summary>What a look at a mailbox file found.</summary>
/// <param name="IsKnown">The messages are those that we know: their UIDs stand.</param>
/// <param name="Entries">All the messages, if they are not those that we know; without UIDs.</param>
/// <param name="CutAt">Where our own write broke off; what follows is no message.</param>
internal sealed record Inspection(bool IsKnown, IReadOnlyList<MailboxEntry> Entries, long? CutAt);
