namespace ActorMail.Storage.Mailboxes;

/// <summary>Some hundred messages of a mailbox.</summary>
/// <param name="Room">They stand at its beginning; what is behind them, nobody has seen.</param>
/// <param name="Start">Messages in the blocks before.</param>
internal readonly record struct MessageBlock(Memory<StoredMessage> Room, int Start);
