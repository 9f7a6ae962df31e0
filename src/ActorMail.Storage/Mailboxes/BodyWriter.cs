using System.Buffers;
using ActorMail.Protocols.Wire;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// Takes a message as it comes in: pooled chunks at first, a spool file past the threshold. A full disk shows as a
/// <see cref="StoreFullException"/> when memory is asked for or the body is completed.
/// </summary>
public sealed class BodyWriter : IBufferWriter<byte>, IDisposable
{
    private readonly StoreContext _store;
    private readonly string _path;
    private readonly List<ReadOnlyMemory<byte>> _parts = [];
    private byte[] _chunk = [];
    private int _used;
    private long _length;
    private DiskFile? _spool;
    private long _spooled;
    private bool _isOver;

    internal BodyWriter(StoreContext store, string spoolPath) => (_store, _path) = (store, spoolPath);

    private bool IsLarge => _length > _store.Options.SpoolThreshold;

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _chunk.Length - _used);
        _used += count;
        _length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        ObjectDisposedException.ThrowIf(_isOver, this);
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        var wanted = Math.Max(1, sizeHint);
        if (_chunk.Length - _used < wanted)
            MakeRoom(wanted);
        return _chunk.AsMemory(_used);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Ends the message; from here on its body belongs to the caller.</summary>
    public MessageBody Complete(long wireLength, int headerLength, BodyTraits traits)
    {
        ObjectDisposedException.ThrowIf(_isOver, this);
        if (IsLarge)
            Spool();
        else
            KeepChunk();
        if (_spool is not null)
            ReturnChunk();
        _isOver = true;
        return new MessageBody(new BodyStore(_store, _parts, _spool, _path))
        {
            Length = _length,
            WireLength = wireLength,
            HeaderLength = headerLength,
            Traits = traits,
        };
    }

    /// <summary>Throws the message away, unless it was completed.</summary>
    public void Dispose()
    {
        if (_isOver)
            return;
        _isOver = true;
        ReturnChunk();
        new BodyStore(_store, _parts, _spool, _path).ThrowAway();
    }

    private void MakeRoom(int wanted)
    {
        if (IsLarge)
            Spool();
        else
            KeepChunk();
        if (_chunk.Length - _used >= wanted)
            return;
        ReturnChunk();
        _chunk = BodyChunks.Rent(_spool is null ? _parts.Count : int.MaxValue, wanted);
    }

    /// <summary>What is in memory goes to the file; the chunk in use may then be filled anew.</summary>
    private void Spool()
    {
        _spool ??= _store.Disk.Open(_path, DiskAccess.CreateNew);
        foreach (var part in _parts)
            WriteOut(part.Span);
        foreach (var part in _parts)
            BodyChunks.Return(part);
        _parts.Clear();
        WriteOut(_chunk.AsSpan(0, _used));
        _used = 0;
    }

    private void WriteOut(ReadOnlySpan<byte> octets)
    {
        _spool!.Write(octets, _spooled);
        _spooled += octets.Length;
    }

    private void KeepChunk()
    {
        if (_used == 0)
            return;
        _parts.Add(_chunk.AsMemory(0, _used));
        (_chunk, _used) = ([], 0);
    }

    private void ReturnChunk()
    {
        if (_chunk.Length > 0)
            BodyChunks.Return(_chunk);
        (_chunk, _used) = ([], 0);
    }
}
