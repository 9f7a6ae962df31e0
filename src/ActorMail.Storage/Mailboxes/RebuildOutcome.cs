namespace ActorMail.Storage.Mailboxes;

/// <summary>What became of the messages of a mailbox whose index was made anew.</summary>
/// <param name="Kept">Messages that were known again, and have their UIDs.</param>
/// <param name="Added">Messages that nobody knew.</param>
/// <param name="Gone">Messages that the index knew and the file has not.</param>
/// <param name="OrderChanged">So the mailbox has a new UIDVALIDITY.</param>
public sealed record RebuildOutcome(int Kept, int Added, int Gone, bool OrderChanged);
