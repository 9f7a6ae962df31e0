using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// A mailbox file as its owner last wrote it: its layout, how far it is ours, and what it looked like then.
/// </summary>
internal readonly record struct WrittenFile(uint Generation, long End, FileStat? Stat);
