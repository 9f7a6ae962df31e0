using System.Buffers;

namespace ActorMail.Protocols.Wire;

/// <summary>
/// Many small writes into whatever pieces a buffer writer hands out: one call of the writer a piece, not a write.
/// Nothing has arrived before <see cref="Flush"/>, behind which nothing may be written.
/// </summary>
internal ref struct OutputSpan(IBufferWriter<byte> output)
{
    private Span<byte> _free = output.GetSpan();
    private int _written;

    /// <summary>Room that may be written to before <see cref="Advance"/> says how much of it counts.</summary>
    public readonly Span<byte> Free => _free;

    public void Advance(int count)
    {
        _written += count;
        _free = _free[count..];
    }

    public void Write(ReadOnlySpan<byte> octets)
    {
        while (!octets.TryCopyTo(_free))
        {
            var count = _free.Length;
            octets[..count].CopyTo(_free);
            octets = octets[count..];
            output.Advance(_written + count);
            _free = output.GetSpan();
            _written = 0;
        }

        _written += octets.Length;
        _free = _free[octets.Length..];
    }

    public readonly void Flush() => output.Advance(_written);
}
