namespace ActorMail.Storage.Mailboxes;

/// <summary>A message with its place in a mailbox, and where its octets come from.</summary>
internal interface IEntrySource
{
    StoredMessage Message { get; }

    /// <summary>Writes the octets of the entry, without the gap in front of it.</summary>
    void WriteTo(EntryWriter writer);
}
