namespace ActorMail.Storage.Mailboxes;

/// <summary>The system flags of a message, one bit each (RFC 3501 §2.3.2). Kept in the index for ever.</summary>
[Flags]
public enum MessageMarks
{
    None = 0,
    Seen = 1,
    Answered = 2,
    Flagged = 4,
    Deleted = 8,
    Draft = 16,
}
