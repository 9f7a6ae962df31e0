using ActorMail.Protocols.Wire;

namespace ActorMail.Storage.Mailboxes;

/// <summary>The octets of one incoming message as they will be stored: in memory, or spooled to a file.</summary>
public sealed class MessageBody : IDisposable
{
    /// <summary>Octets as stored.</summary>
    public long Length { get; init; }

    public long WireLength { get; init; }

    public int HeaderLength { get; init; }

    public BodyTraits Traits { get; init; }

    public void Dispose()
    {
    }
}
