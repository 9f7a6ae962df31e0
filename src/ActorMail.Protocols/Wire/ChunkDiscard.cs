using System.Buffers;

namespace ActorMail.Protocols.Wire;

/// <summary>
/// A chunk that is read away: a refused BDAT sends its octets nevertheless, and they are no commands (RFC 3030 §2).
/// Nothing of it is kept. A default one is over.
/// </summary>
/// <param name="octets">As many as BDAT says.</param>
public struct ChunkDiscard(long octets)
{
    /// <summary>Octets that are to come.</summary>
    public long Left { get; private set; } = octets;

    public readonly bool IsOver => Left == 0;

    /// <summary>Takes what there is of the chunk; true once it is over. What follows it stays in the input.</summary>
    public bool Take(ref ReadOnlySequence<byte> input)
    {
        var count = Math.Min(Left, input.Length);
        input = input.Slice(count);
        Left -= count;
        return IsOver;
    }
}
