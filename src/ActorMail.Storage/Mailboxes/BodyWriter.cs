using System.Buffers;
using ActorMail.Protocols.Wire;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// Takes a message as it comes in: pooled chunks at first, a spool file past the threshold. A full disk shows as a
/// <see cref="StoreFullException"/> when memory is asked for, CRs are added, or the body is completed.
/// </summary>
public sealed class BodyWriter : IImageWriter, IDisposable
{
    private const int WindowOctets = 64 * 1024;

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

    /// <summary>In memory that does not grow with the message, and in place where it is in a file.</summary>
    public long AddReturns(long position)
    {
        ObjectDisposedException.ThrowIf(_isOver, this);
        if (_spool is null)
            return AddReturnsInMemory(position);

        Spool();
        return AddReturnsInSpool(_spool, position);
    }

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

    private static int LineFeedsBefore(long place, ReadOnlySpan<byte> octets) =>
        octets[..(int)Math.Clamp(place, 0, octets.Length)].Count((byte)'\n');

    private long AddReturnsInMemory(long place)
    {
        KeepChunk();
        ReadOnlyMemory<byte>[] parts = [.. _parts];
        _parts.Clear();
        _length = 0;
        var moved = place;
        try
        {
            foreach (var part in parts)
            {
                var octets = part.Span;
                moved += LineFeedsBefore(place, octets);
                place -= octets.Length;
                while (octets.IndexOf((byte)'\n') is >= 0 and var end)
                {
                    this.Write(octets[..end]);
                    this.Write("\r\n"u8);
                    octets = octets[(end + 1)..];
                }

                this.Write(octets);
            }

            return moved;
        }
        finally
        {
            foreach (var part in parts)
                BodyChunks.Return(part);
        }
    }

    /// <summary>From the end to the start: what is written never reaches back to what is still to be read.</summary>
    private long AddReturnsInSpool(DiskFile spool, long place)
    {
        var window = ArrayPool<byte>.Shared.Rent(WindowOctets);
        var output = ArrayPool<byte>.Shared.Rent(2 * WindowOctets);
        try
        {
            var (position, missing, moved) = (0L, 0L, place);
            for (; position < _spooled; position += WindowOctets)
            {
                var octets = Read(position);
                missing += octets.Count((byte)'\n');
                moved += LineFeedsBefore(place - position, octets);
            }

            var target = _spooled + missing;
            _length = target;
            while (position > 0)
            {
                position -= WindowOctets;
                var at = output.Length;
                var octets = Read(position);
                for (var i = octets.Length - 1; i >= 0; i--)
                {
                    output[--at] = octets[i];
                    if (octets[i] == '\n')
                        output[--at] = (byte)'\r';
                }

                target -= output.Length - at;
                spool.Write(output.AsSpan(at), target);
            }

            _spooled = _length;
            return moved;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(window);
            ArrayPool<byte>.Shared.Return(output);
        }

        ReadOnlySpan<byte> Read(long position)
        {
            var octets = window.AsSpan(0, (int)Math.Min(WindowOctets, _spooled - position));
            if (spool.Read(octets, position) != octets.Length)
                throw new IOException("A message on its way in is shorter than it was.");
            return octets;
        }
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
