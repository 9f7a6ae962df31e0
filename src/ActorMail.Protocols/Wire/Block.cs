using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ActorMail.Protocols.Wire;

/// <summary>64 octets at once. A mask has bit n set where octet n is what was looked for.</summary>
internal readonly struct Block
{
    public const int Length = 64;

    private readonly Vector256<byte> _low;
    private readonly Vector256<byte> _high;

    /// <summary>The first <see cref="Length"/> of these octets, of which there must be as many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Block(ReadOnlySpan<byte> octets)
    {
        octets = octets[..Length];
        _low = Vector256.Create(octets);
        _high = Vector256.Create(octets[Vector256<byte>.Count..]);
    }

    public ulong EightBit
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Mask(_low, _high);
    }

    public bool HasLineEnd
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (LineEnds(_low) | LineEnds(_high)) != Vector256<byte>.Zero;
    }

    public ulong Returns
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Find((byte)'\r');
    }

    public ulong LineFeeds
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Find((byte)'\n');
    }

    public ulong Dots
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Find((byte)'.');
    }

    /// <summary>Dots and <c>&gt;</c>, which differ in one bit.</summary>
    public ulong DotsAndQuotes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Mask(DotOrQuote(_low), DotOrQuote(_high));
    }

    /// <summary>What decides, at the start of a line that is received, about the octets there.</summary>
    public ulong DataMarks
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var from = Vector256.Create((byte)'F');
            return Mask(
                DotOrQuote(_low) | Vector256.Equals(_low, from),
                DotOrQuote(_high) | Vector256.Equals(_high, from));
        }
    }

    /// <summary>R and r, with which the fields begin that the decoder treats apart.</summary>
    public ulong FieldMarks
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var (letter, bit) = (Vector256.Create((byte)'r'), Vector256.Create((byte)0x20));
            return Mask(Vector256.Equals(_low | bit, letter), Vector256.Equals(_high | bit, letter));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(ReadOnlySpan<byte> octets, Span<byte> output) => new Block(octets).CopyTo(output);

    /// <summary>
    /// Copies blocks for as long as they are text without a line end, and tells how many octets that were: the way
    /// through long lines. A tab may end it, too.
    /// </summary>
    /// <param name="eightBit">Not 0 if any octet copied was above 127.</param>
    public static int CopyText(ReadOnlySpan<byte> text, Span<byte> output, out ulong eightBit)
    {
        var (at, all) = (0, Vector256<byte>.Zero);
        var last = Math.Min(text.Length, output.Length) - Length;
        for (; at <= last; at += Length)
        {
            var block = new Block(text[at..]);
            if (Vector256.LessThanOrEqualAny(Vector256.Min(block._low, block._high), Vector256.Create((byte)'\r')))
                break;

            block.CopyTo(output[at..]);
            all |= block._low | block._high;
        }

        eightBit = all.ExtractMostSignificantBits();
        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CopyTo(Span<byte> output)
    {
        output = output[..Length];
        _low.CopyTo(output);
        _high.CopyTo(output[Vector256<byte>.Count..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> LineEnds(Vector256<byte> octets) =>
        Vector256.Equals(octets, Vector256.Create((byte)'\r')) | Vector256.Equals(octets, Vector256.Create((byte)'\n'));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> DotOrQuote(Vector256<byte> octets) =>
        Vector256.Equals(octets | Vector256.Create((byte)('.' ^ '>')), Vector256.Create((byte)'>'));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mask(Vector256<byte> low, Vector256<byte> high) =>
        low.ExtractMostSignificantBits() | ((ulong)high.ExtractMostSignificantBits() << Vector256<byte>.Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Find(byte octet)
    {
        var wanted = Vector256.Create(octet);
        return Mask(Vector256.Equals(_low, wanted), Vector256.Equals(_high, wanted));
    }
}
