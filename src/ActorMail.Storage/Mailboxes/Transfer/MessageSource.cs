namespace ActorMail.Storage.Mailboxes.Transfer;

/// <summary>Mail that is kept somewhere else, read one message after the other.</summary>
public abstract class MessageSource : IDisposable
{
    private protected MessageSource()
    {
    }

    /// <summary>How far it is read, in the unit of <see cref="Length"/>.</summary>
    public abstract long Position { get; }

    /// <summary>How much there is; null if nobody knows.</summary>
    public abstract long? Length { get; }

    /// <summary>Whether the fields that mail programs keep for themselves are part of the way it is kept.</summary>
    internal abstract bool HasForeignFields { get; }

    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>The next message; null at the end.</summary>
    /// <param name="begin">Makes an empty image for it.</param>
    internal abstract SourceMessage? Read(Func<MessageImage> begin);

    protected virtual void Dispose(bool isDisposing)
    {
    }
}
