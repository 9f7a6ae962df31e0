namespace ActorMail.Storage.Mailboxes.Transfer;

/// <summary>Something is where an export was to go, and stays there.</summary>
public sealed class ExportExistsException : IOException
{
    public ExportExistsException()
    {
    }

    public ExportExistsException(string message)
        : base(message)
    {
    }

    public ExportExistsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
