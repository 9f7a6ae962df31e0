namespace ActorMail.Storage.Mailboxes;

/// <summary>The mailbox file was changed from outside, so that UIDs of before mean nothing any more.</summary>
public sealed class MailboxChangedException : Exception
{
    public MailboxChangedException()
    {
    }

    public MailboxChangedException(string message)
        : base(message)
    {
    }

    public MailboxChangedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
