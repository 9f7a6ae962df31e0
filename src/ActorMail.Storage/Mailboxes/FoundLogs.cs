namespace ActorMail.Storage.Mailboxes;

/// <summary>What the folder of a mailbox has of logs.</summary>
/// <param name="Best">The one that belongs to the mailbox file; null if there is none.</param>
/// <param name="Generation">The highest of all: the next log is newer than every one that is there.</param>
internal sealed record FoundLogs(LogImage? Best, uint Generation);
