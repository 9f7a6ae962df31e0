using ActorMail.Protocols.Wire;

namespace ActorMail.Storage.Mailboxes;

/// <summary>The octets of one incoming message as they will be stored: in memory, or spooled to a file.</summary>
public sealed class MessageBody : IDisposable
{
    private readonly BodyStore? _store;

    /// <summary>A body of no octets.</summary>
    public MessageBody()
    {
    }

    internal MessageBody(BodyStore store) => _store = store;

    /// <summary>Octets as stored.</summary>
    public long Length { get; init; }

    public long WireLength { get; init; }

    public int HeaderLength { get; init; }

    public BodyTraits Traits { get; init; }

    /// <summary>Octets read: fewer than asked only at the end. Several mailboxes may read the same body.</summary>
    public int Read(long offset, Span<byte> octets) => _store?.Read(offset, octets) ?? 0;

    /// <summary>Gives the memory back, or removes the spool file. Once is enough, twice does no harm.</summary>
    public void Dispose() => _store?.ThrowAway();
}
