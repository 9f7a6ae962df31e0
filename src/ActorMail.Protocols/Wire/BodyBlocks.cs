using System.Numerics;
using System.Runtime.CompilerServices;

namespace ActorMail.Protocols.Wire;

/// <summary>
/// What <see cref="BodyEncoder"/> does with most octets of a whole message, a <see cref="Block"/> at a time. It stops
/// where input or output run short, and before a line of which too little is there to tell whether it is quoted; the
/// encoder then goes on line by line.
/// </summary>
internal struct BodyBlocks(bool isQuoted)
{
    /// <summary>A block is copied from each of its octets on, the last included.</summary>
    public const int MinInput = 2 * Block.Length;

    /// <summary>A block that doubles, as one of nothing but LFs does, and the overhang of the last copy.</summary>
    public const int MinOutput = 3 * Block.Length;

    /// <summary>Octets taken off the image.</summary>
    public int Taken { get; private set; }

    /// <summary>Octets put into the output, behind which there is rubbish.</summary>
    public int Written { get; private set; }

    public void Run(ReadOnlySpan<byte> stored, Span<byte> output, bool isAtLineStart, bool isBehindReturn)
    {
        var (taken, written, starts) = (0, 0, isAtLineStart ? 1UL : 0);
        var isLongLine = false;
        while (taken <= stored.Length - MinInput && written <= output.Length - MinOutput)
        {
            var text = stored.Slice(taken, MinInput);
            var target = output.Slice(written, MinOutput);
            var block = new Block(text);
            block.CopyTo(target);
            var feeds = block.LineFeeds;
            if ((feeds | starts) == 0)
            {
                (taken, written) = (taken + Block.Length, written + Block.Length);
                if (isLongLine)
                {
                    var copied = Block.CopyText(stored[taken..], output[written..], out _);
                    (taken, written) = (taken + copied, written + copied);
                }

                isLongLine = true;
                continue;
            }

            isLongLine = false;
            var returns = block.Returns << 1;
            if (taken > 0 ? stored[taken - 1] == (byte)'\r' : isBehindReturn)
                returns |= 1;

            starts |= feeds << 1;
            var bare = feeds & ~returns;
            var marks = starts & (isQuoted ? block.DotsAndQuotes : block.Dots);
            starts = feeds >> 63;
            if (marks == 0)
            {
                written += AddReturns(text, target, bare);
                taken += Block.Length;
                continue;
            }

            var count = TakeMarked(stored[taken..], target, bare | marks, out var put);
            (taken, written) = (taken + count, written + put);
            if (count < Block.Length)
                break;
        }

        (Taken, Written) = (taken, written);
    }

    /// <summary>The text behind a CR moves on by one; the rest of the block is there already.</summary>
    private static int AddReturns(ReadOnlySpan<byte> text, Span<byte> target, ulong feeds)
    {
        var added = 0;
        for (; feeds != 0; feeds &= feeds - 1)
        {
            var at = BitOperations.TrailingZeroCount(feeds);
            target[at + added] = (byte)'\r';
            added++;
            Block.Copy(text[at..], target[(at + added)..]);
        }

        return Block.Length + added;
    }

    /// <summary>
    /// Fewer octets taken than a block has mean that the line which begins behind them is not for us.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int TakeMarked(ReadOnlySpan<byte> text, Span<byte> target, ulong marks, out int written)
    {
        var (from, to) = (0, 0);
        for (; marks != 0; marks &= marks - 1)
        {
            var at = BitOperations.TrailingZeroCount(marks);
            to += at - from;
            from = at;
            switch (text[at])
            {
                case (byte)'\n':
                    target[to++] = (byte)'\r';
                    break;
                case (byte)'.':
                    target[to++] = (byte)'.';
                    break;
                default:
                    if (Separator.IsAtStartOf(text[at..]) is not { } isSeparator)
                    {
                        written = to;
                        return at;
                    }

                    from += isSeparator ? 1 : 0;
                    break;
            }

            Block.Copy(text[from..], target[to..]);
        }

        written = to + Block.Length - from;
        return Block.Length;
    }
}
