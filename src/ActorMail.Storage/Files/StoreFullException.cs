namespace ActorMail.Storage.Files;

/// <summary>The volume, the quota or the limit of a file's size has no room for a write.</summary>
public sealed class StoreFullException : IOException
{
    public StoreFullException()
    {
    }

    public StoreFullException(string message)
        : base(message)
    {
    }

    public StoreFullException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
