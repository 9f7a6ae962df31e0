using System.Buffers;
using System.Text;

namespace ActorMail.Protocols.Tests.Wire;

/// <summary>Input as the network cuts it: octets in segments, and every way to cut them in three.</summary>
internal static class Pieces
{
    public static byte[] Octets(string latin1) => Encoding.Latin1.GetBytes(latin1);

    public static string Text(ReadOnlySpan<byte> octets) => Encoding.Latin1.GetString(octets);

    public static IEnumerable<byte[][]> CutInThree(byte[] octets)
    {
        for (var first = 0; first <= octets.Length; first++)
        {
            for (var second = first; second <= octets.Length; second++)
                yield return [octets[..first], octets[first..second], octets[second..]];
        }
    }

    public static byte[][] OneByOne(byte[] octets) => [.. octets.Select(octet => new[] { octet })];

    public static byte[][] Chunks(byte[] octets, int size) => [.. octets.Chunk(size)];

    /// <summary>All the pieces as one input, a segment each; empty ones too.</summary>
    public static ReadOnlySequence<byte> Join(params byte[][] pieces)
    {
        if (pieces.Length == 0)
            return default;

        var first = new Segment(pieces[0], null);
        var last = pieces[1..].Aggregate(first, (before, piece) => new Segment(piece, before));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] octets, Segment? before)
        {
            Memory = octets;
            if (before is null)
                return;

            before.Next = this;
            RunningIndex = before.RunningIndex + before.Memory.Length;
        }
    }
}
