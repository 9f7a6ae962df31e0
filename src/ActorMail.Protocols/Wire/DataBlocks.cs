using System.Numerics;
using System.Runtime.CompilerServices;

namespace ActorMail.Protocols.Wire;

/// <summary>
/// What a <see cref="ContentDecoder"/> does with most octets, a <see cref="Block"/> at a time: the lines of a body, and
/// those of a header that begin with none of the fields looked for. It stops before whatever it is not made for (the
/// final dot, a bare CR or LF, the blank line that ends a header) and where input or output run short; the decoder then
/// goes on octet by octet.
/// </summary>
/// <param name="isInHeader">Fields are looked for.</param>
/// <typeparam name="TDots">What a dot is at the start of a line; each has code of its own.</typeparam>
internal struct DataBlocks<TDots>(bool isInHeader)
    where TDots : struct, IDots
{
    /// <summary>A block is copied from each of its octets on, the last included.</summary>
    public const int MinInput = 2 * Block.Length;

    /// <summary>A block, one quote for each line in it, and the overhang of the last copy.</summary>
    public const int MinOutput = 3 * Block.Length;

    private int _dots;

    /// <summary>What is to be done with the start of a line.</summary>
    [Flags]
    private enum LineStart
    {
        /// <summary>Nothing by us: the line is for the decoder.</summary>
        Other = 0,
        Plain = 1,
        Stuffed = 2,
        Separator = 4,
    }

    /// <summary>Octets taken off the input.</summary>
    public int Taken { get; private set; }

    /// <summary>Octets put into the output, behind which there is rubbish.</summary>
    public int Written { get; private set; }

    public BodyTraits Traits { get; private set; }

    /// <summary>Whether the octet to come is the first of a line; to be set before the start, too.</summary>
    public bool IsAtLineStart { get; set; }

    /// <summary>Whether the last octet taken is a CR, of whose LF nothing is known yet.</summary>
    public bool IsBehindReturn { get; private set; }

    /// <summary>Octets taken for good: a dot that was stuffed does not count, a CR does together with its LF.</summary>
    public readonly int WireLength => Taken - _dots - (IsBehindReturn ? 1 : 0);

    public void Run(ReadOnlySpan<byte> input, Span<byte> output)
    {
        var (taken, written, starts, returns, eightBit) = (0, 0, IsAtLineStart ? 1UL : 0, 0UL, 0UL);
        var isLongLine = false;
        while (taken <= input.Length - MinInput && written <= output.Length - MinOutput)
        {
            var text = input.Slice(taken, MinInput);
            var target = output.Slice(written, MinOutput);
            var block = new Block(text);
            block.CopyTo(target);
            if ((starts | returns) == 0 && !block.HasLineEnd)
            {
                eightBit |= block.EightBit;
                (taken, written) = (taken + Block.Length, written + Block.Length);
                if (isLongLine)
                {
                    var copied = Block.CopyText(input[taken..], output[written..], out var more);
                    eightBit |= more;
                    (taken, written) = (taken + copied, written + copied);
                }

                isLongLine = true;
                continue;
            }

            isLongLine = false;
            var (ends, feeds) = (block.Returns, block.LineFeeds);
            if (((ends << 1) | returns) != feeds)
                break;

            starts |= feeds << 1;
            var marks = starts & block.DataMarks;
            if (isInHeader)
                marks |= starts & (block.FieldMarks | ends);
            if (marks == 0)
            {
                written += DropReturns(text, target, ends);
            }
            else
            {
                var count = TakeMarked(input[taken..], target, ends | marks, starts, out var put);
                written += put;
                if (count < Block.Length)
                {
                    eightBit |= block.EightBit & ((1UL << count) - 1);
                    (taken, starts, returns) = (taken + count, 1, 0);
                    break;
                }
            }

            taken += Block.Length;
            eightBit |= block.EightBit;
            (starts, returns) = (feeds >> 63, ends >> 63);
        }

        (Taken, Written) = (taken, written);
        (IsAtLineStart, IsBehindReturn) = (starts != 0, returns != 0);
        if (eightBit != 0)
            Traits |= BodyTraits.EightBit;
    }

    /// <summary>What stands behind a CR is copied over it; the rest of the block is there already.</summary>
    private static int DropReturns(ReadOnlySpan<byte> text, Span<byte> target, ulong returns)
    {
        var dropped = 0;
        for (; returns != 0; returns &= returns - 1)
        {
            var at = BitOperations.TrailingZeroCount(returns);
            Block.Copy(text[(at + 1)..], target[(at - dropped)..]);
            dropped++;
        }

        return Block.Length - dropped;
    }

    /// <summary>
    /// Fewer octets taken than a block has mean that the line which begins behind them is not for us.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int TakeMarked(ReadOnlySpan<byte> text, Span<byte> target, ulong marks, ulong starts, out int written)
    {
        var (from, to) = (0, 0);
        for (; marks != 0; marks &= marks - 1)
        {
            var at = BitOperations.TrailingZeroCount(marks);
            to += at - from;
            from = at;
            if (text[at] == (byte)'\r' && !(isInHeader && ((starts >> at) & 1) != 0))
            {
                from++;
            }
            else
            {
                var start = TDots.AreText && text[at] == (byte)'.' ? OpenDotLine() : OpenLine(text[at..]);
                if (start is LineStart.Other)
                {
                    written = to;
                    return at;
                }

                if (start.HasFlag(LineStart.Stuffed))
                    from++;
                if (start.HasFlag(LineStart.Separator))
                    target[to++] = (byte)'>';
            }

            Block.Copy(text[from..], target[to..]);
        }

        written = to + Block.Length - from;
        return Block.Length;
    }

    /// <summary>Of counted content.</summary>
    private LineStart OpenDotLine()
    {
        Traits |= BodyTraits.HasDot;
        return LineStart.Plain;
    }

    private LineStart OpenLine(ReadOnlySpan<byte> line)
    {
        var start = LineStart.Plain;
        if (line[0] == (byte)'.')
        {
            // Of a header, for what stands behind the dot may be a field's name.
            if (isInHeader || line[1] == (byte)'\r')
                return LineStart.Other;

            line = line[1..];
            start |= LineStart.Stuffed;
        }

        if (line[0] is (byte)'>' or (byte)'F')
        {
            if (Separator.IsAtStartOf(line) is not { } isSeparator)
                return LineStart.Other;
            if (isSeparator)
            {
                start |= LineStart.Separator;
                Traits |= BodyTraits.Quoted;
            }
        }
        else if (!start.HasFlag(LineStart.Stuffed))
        {
            return LineStart.Other;
        }

        if (line[0] == (byte)'.')
            Traits |= BodyTraits.HasDot;
        if (start.HasFlag(LineStart.Stuffed))
            _dots++;
        return start;
    }
}
