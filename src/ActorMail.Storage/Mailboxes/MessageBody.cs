using ActorMail.Protocols.Wire;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// The octets of one incoming message as they will be stored: in memory, or spooled to a file. Whoever needs it longer
/// than its owner takes a reference of his own.
/// </summary>
public sealed class MessageBody : IDisposable
{
    private readonly BodyStore? _store;
    private int _references = 1;
    private int _isDisposed;

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

    /// <summary>The name of the spool file that holds the octets; null while they are in memory.</summary>
    internal string? SpoolName => _store?.SpoolName;

    /// <summary>Octets read: fewer than asked only at the end. Several mailboxes may read the same body.</summary>
    public int Read(long offset, Span<byte> octets) => _store?.Read(offset, octets) ?? 0;

    /// <summary>Gives the memory back, or removes the spool file. Once is enough, twice does no harm.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            Release();
    }

    internal void AddReference() => Interlocked.Increment(ref _references);

    internal void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
            _store?.ThrowAway();
    }

    /// <summary>All octets in their order, without a copy where they are in memory.</summary>
    internal void ForEach(EntryReader.ReadOnlySpanAction action) => _store?.ForEach(action);

    /// <summary>Puts a spool file on stable storage, before the journal names it. Once is enough.</summary>
    internal void FlushSpool() => _store?.FlushSpool();

    /// <summary>The journal names the spool file: it stays until a checkpoint, whoever throws the body away.</summary>
    internal void KeepSpool() => _store?.KeepSpool();
}
