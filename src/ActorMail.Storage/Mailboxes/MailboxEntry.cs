namespace ActorMail.Storage.Mailboxes;

/// <summary>A message with what only the log keeps: a hash of its content, to know it again elsewhere.</summary>
internal readonly record struct MailboxEntry(StoredMessage Message, UInt128 Hash)
{
    /// <summary>From <c>From </c> line to pad.</summary>
    public long Length => Message.End - Message.Offset;

    public MailboxEntry WithUid(uint uid) => this with { Message = Message with { Uid = uid } };

    public MailboxEntry At(long offset) => this with { Message = Message with { Offset = offset } };
}
