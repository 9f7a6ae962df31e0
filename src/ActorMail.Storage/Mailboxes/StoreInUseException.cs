namespace ActorMail.Storage.Mailboxes;

/// <summary>Another server works on the data folder.</summary>
public sealed class StoreInUseException : IOException
{
    public StoreInUseException()
    {
    }

    public StoreInUseException(string message)
        : base(message)
    {
    }

    public StoreInUseException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>What the other server wrote about itself; empty if that cannot be read.</summary>
    public string Holder { get; init; } = "";
}
