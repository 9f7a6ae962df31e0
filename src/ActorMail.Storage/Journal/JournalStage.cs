using System.Buffers;

namespace ActorMail.Storage.Journal;

/// <summary>The octets of a batch on their way into a segment; grows with what it is given, within limits.</summary>
internal sealed class JournalStage : IDisposable
{
    private const int LargestLength = 4 * 1024 * 1024;

    private byte[] _octets = ArrayPool<byte>.Shared.Rent(256 * 1024);

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Octets => _octets.AsSpan(0, Length);

    /// <summary>Else what there is should be written first; an empty stage takes a record of any length.</summary>
    public bool HasRoom(int length) => Length + length <= Math.Max(LargestLength, _octets.Length);

    /// <summary>Octets behind those that were taken before.</summary>
    public Span<byte> Take(int length)
    {
        if (Length + length > _octets.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Length + length);
            Octets.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_octets);
            _octets = larger;
        }

        var octets = _octets.AsSpan(Length, length);
        Length += length;
        return octets;
    }

    public void Clear() => Length = 0;

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_octets);
        (_octets, Length) = ([], 0);
    }
}
