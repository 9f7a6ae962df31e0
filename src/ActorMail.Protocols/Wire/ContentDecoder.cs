using System.Runtime.Intrinsics;
using System.Text;

namespace ActorMail.Protocols.Wire;

/// <summary>
/// Turns a message as it comes over the wire into the stored image, in one pass and whatever the cut of the input: CRLF
/// to LF, one <c>&gt;</c> before each line <c>^&gt;*From </c> (mboxrd), and without the Return-Path fields of others.
/// One decoder reads one message. How its end is told is the business of <see cref="DataDecoder"/> and
/// <see cref="ChunkDecoder"/>.
/// </summary>
public abstract class ContentDecoder
{
    private readonly long _maxWireLength;
    private readonly int _maxReceivedFields;
    private readonly bool _isCounted;
    private readonly FieldNameMatcher _name = new();
    private readonly FirstLineScanner _firstLine = new();
    private bool _isInHeader = true;
    private bool _isLineEmpty;
    private bool _isDropping;
    private bool _mayBeEightBit;
    private bool _isHeaderEightBit;
    private BodyTraits _traits;
    private bool _isRaw;
    private int _missingAtEnd;
    private int _matched;
    private long _taken;
    private long _stored;
    private long? _headerEnd;

    /// <param name="maxWireLength">
    /// Octets a client may send, CRLFs counted and stuffed dots not (RFC 1870 §5).
    /// </param>
    /// <param name="maxReceivedFields">More of them are a mail loop (RFC 5321 §6.3).</param>
    /// <param name="isCounted">A dot at the start of a line means nothing.</param>
    private protected ContentDecoder(long maxWireLength, int maxReceivedFields, bool isCounted) =>
        (_maxWireLength, _maxReceivedFields, _isCounted) = (maxWireLength, maxReceivedFields, isCounted);

    /// <summary>How far into a line we are: what the next octet means depends on nothing else.</summary>
    private protected enum LinePhase
    {
        LineStart,

        /// <summary>Behind the first dot of a line of DATA, and behind the CR that follows it.</summary>
        Dot,
        DotCr,

        /// <summary>
        /// In what may become <c>&gt;*From </c>; <see cref="_matched"/> octets of "From " are held back.
        /// </summary>
        Separator,

        /// <summary>In what may become the name of a field we look for; it is held back.</summary>
        Name,
        Text,

        /// <summary>Behind a CR, which is held back.</summary>
        TextCr,

        /// <summary>Before the LF, or behind the held CR, that stands alone: nothing is taken.</summary>
        Bare,
        End,
    }

    public DataFault Fault { get; private set; }

    /// <summary>
    /// Octets that RETR will send for what was stored: CRLFs counted, stuffed dots not. Known at the end.
    /// </summary>
    public long WireLength { get; private set; }

    /// <summary>Octets taken off the input in all.</summary>
    public long Received { get; private protected set; }

    /// <summary>Stored octets up to and with the blank line; 0 if the message does not start with a header.</summary>
    public int HeaderLength => StartsWithField ? (int)Math.Min(HeaderEnd, int.MaxValue) : 0;

    public BodyTraits Traits => IsEightBit && !(_isInHeader ? StartsWithField : _isHeaderEightBit)
        ? _traits | BodyTraits.HeaderIsAscii
        : _traits;

    /// <summary>
    /// False if the first line is neither a header field nor blank: then fields put in front of the message need a
    /// blank line behind them, or they would run into its text.
    /// </summary>
    public bool StartsWithField => _firstLine.IsField;

    public int ReceivedFields { get; private set; }

    /// <summary>Whether most octets are taken by blocks; what comes out does not depend on it.</summary>
    internal bool IsVectorized { get; init; } = Vector256.IsHardwareAccelerated;

    private protected LinePhase Phase { get; set; }

    /// <summary>How far the header goes in the image; all of it while the header has not ended.</summary>
    private protected long HeaderEnd => _headerEnd ?? _stored;

    /// <summary>Whether octets are stored as they come, line ends and all.</summary>
    private protected bool IsRaw => _isRaw;

    private bool IsEightBit => _traits.HasFlag(BodyTraits.EightBit);

    /// <summary>Takes octets up to the end, or to a line end that stands alone.</summary>
    private protected int Take(ReadOnlySpan<byte> piece, ref OutputSpan output)
    {
        // One look at a whole piece is cheaper than one at each line, and nearly all pieces are ASCII. Blocks are
        // looked at as they are taken.
        _mayBeEightBit = !IsEightBit && (IsVectorized || !Ascii.IsValid(piece));
        var rest = piece;
        while (!rest.IsEmpty && Phase < LinePhase.Bare)
        {
            var isLong = IsVectorized && rest.Length >= DataBlocks<IDots.Stuffed>.MinInput;
            var taken = isLong ? TakeBlocks(rest, ref output) : 0;
            rest = rest[(taken > 0 ? taken : Step(rest, ref output))..];
        }

        return piece.Length - rest.Length;
    }

    /// <summary>Takes what can be taken without a look at each line; nothing of it goes beyond the limit.</summary>
    private int TakeBlocks(ReadOnlySpan<byte> rest, ref OutputSpan output) => _isCounted
        ? TakeBlocks<IDots.Text>(rest, ref output)
        : TakeBlocks<IDots.Stuffed>(rest, ref output);

    private int TakeBlocks<TDots>(ReadOnlySpan<byte> rest, ref OutputSpan output)
        where TDots : struct, IDots
    {
        if (Fault is not DataFault.None || _isDropping || _isRaw)
            return 0;
        if (Phase is not (LinePhase.LineStart or LinePhase.Text))
            return 0;
        if (_isInHeader && (!StartsWithField || (Phase is LinePhase.Text && _isLineEmpty)))
            return 0;

        var allowed = (int)Math.Min(rest.Length, _maxWireLength - _taken);
        var blocks = new DataBlocks<TDots>(_isInHeader) { IsAtLineStart = Phase is LinePhase.LineStart };
        blocks.Run(rest[..allowed], output.Free);
        if (blocks.Taken == 0)
            return 0;

        if (blocks.Written > 0)
            _missingAtEnd = output.Free[blocks.Written - 1] == (byte)'\n' ? 0 : 2;
        output.Advance(blocks.Written);
        _traits |= blocks.Traits;
        _mayBeEightBit = !IsEightBit;
        _taken += blocks.WireLength;
        _stored += blocks.Written;
        WireLength += blocks.WireLength;
        _isLineEmpty = false;
        Phase = blocks.IsBehindReturn ? LinePhase.TextCr : blocks.IsAtLineStart ? LinePhase.LineStart : LinePhase.Text;
        return blocks.Taken;
    }

    /// <summary>Takes the octets of one phase, or none where the phase ends before the first of them.</summary>
    private protected virtual int Step(ReadOnlySpan<byte> rest, ref OutputSpan output)
    {
        switch (Phase)
        {
            case LinePhase.LineStart:
                OpenLine(rest[0]);
                return 0;
            case LinePhase.Separator:
                return MatchSeparator(rest, ref output);
            case LinePhase.Name:
                return MatchName(rest[0], ref output);
            case LinePhase.Text:
                return TakeText(rest, ref output);
            case LinePhase.TextCr when rest[0] == (byte)'\n':
                EndLine("\r\n"u8, ref output);
                return 1;
            case LinePhase.TextCr when _isRaw:
                Phase = LinePhase.Text;
                Emit("\r"u8, ref output);
                return 0;
            case LinePhase.TextCr:
                OnBareReturn();
                return 0;
            default:
                throw new InvalidOperationException($"Nothing can be taken in phase {Phase}.");
        }
    }

    /// <summary>A CR was taken, and what follows is no LF. The phase that comes next is up to the decoder.</summary>
    private protected abstract void OnBareReturn();

    /// <summary>An LF without a CR before it is next. Says how many octets of it are taken.</summary>
    private protected abstract int OnBareLineFeed();

    private protected void OpenLine(byte first)
    {
        (_isLineEmpty, _matched) = (true, 0);
        if (_isInHeader && first is (byte)' ' or (byte)'\t')
        {
            // A folded line shares the fate of the field it belongs to.
            Phase = LinePhase.Text;
            return;
        }

        _isDropping = false;
        if (first == (byte)'.')
            _traits |= BodyTraits.HasDot;

        Phase = first switch
        {
            (byte)'>' or (byte)'F' => LinePhase.Separator,
            (byte)'R' or (byte)'r' when _isInHeader => LinePhase.Name,
            _ => LinePhase.Text,
        };
    }

    /// <summary>
    /// A quote added behind the quotes that are there is one added before them, so none is held back.
    /// </summary>
    private int MatchSeparator(ReadOnlySpan<byte> rest, ref OutputSpan output)
    {
        var separator = Separator.From;
        if (_matched == 0 && rest[0] == (byte)'>')
        {
            var end = rest.IndexOfAnyExcept((byte)'>');
            var quotes = end < 0 ? rest : rest[..end];
            Emit(quotes, ref output);
            return quotes.Length;
        }

        if (rest[0] != separator[_matched])
        {
            Emit(separator[.._matched], ref output);
            Phase = LinePhase.Text;
            return 0;
        }

        if (++_matched == separator.Length)
        {
            Quote(ref output);
            Emit(separator, ref output);
            Phase = LinePhase.Text;
        }

        return 1;
    }

    private int MatchName(byte next, ref OutputSpan output)
    {
        var match = _name.Add(next);
        if (match is FieldNameMatch.Partial)
            return 1;

        if (match is FieldNameMatch.ReturnPath)
            _isDropping = true;
        else if (match is FieldNameMatch.Received && ++ReceivedFields > _maxReceivedFields)
            Fail(DataFault.TooManyReceived);

        Emit(_name.Held, ref output);
        _name.Clear();
        Phase = LinePhase.Text;
        return match is FieldNameMatch.Other ? 0 : 1;
    }

    private int TakeText(ReadOnlySpan<byte> rest, ref OutputSpan output)
    {
        var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0)
        {
            Emit(rest, ref output);
            return rest.Length;
        }

        Emit(rest[..end], ref output);
        if (rest[end] == (byte)'\n')
        {
            if (!_isRaw)
                return end + OnBareLineFeed();

            EndLine("\n"u8, ref output);
            return end + 1;
        }

        if (end + 1 < rest.Length && rest[end + 1] == (byte)'\n')
        {
            EndLine("\r\n"u8, ref output);
            return end + 2;
        }

        Phase = LinePhase.TextCr;
        return end + 1;
    }

    /// <param name="lineEnd">As it was sent, and as it goes out again.</param>
    /// <param name="output">Takes it, or what stands for it in the image.</param>
    private void EndLine(ReadOnlySpan<byte> lineEnd, ref OutputSpan output)
    {
        Phase = LinePhase.LineStart;
        Count(lineEnd.Length);
        if (!_isDropping && Fault is DataFault.None)
        {
            var stored = _isRaw ? lineEnd : "\n"u8;
            output.Write(stored);
            _stored += stored.Length;
            _missingAtEnd = 2 - lineEnd.Length;
            WireLength += lineEnd.Length;
        }

        if (!_isInHeader)
            return;

        _firstLine.EndLine();
        if (_isLineEmpty)
            _headerEnd = _stored;
        _isInHeader = !_isLineEmpty && StartsWithField;
        _isHeaderEightBit = StartsWithField && IsEightBit;
    }

    private void Emit(ReadOnlySpan<byte> text, ref OutputSpan output)
    {
        if (text.IsEmpty)
            return;

        _isLineEmpty = false;
        Count(text.Length);
        if (_isInHeader)
            _firstLine.Add(text);
        if (_isDropping || Fault is not DataFault.None)
            return;

        output.Write(text);
        _stored += text.Length;
        _missingAtEnd = 2;
        WireLength += text.Length;
        if (_mayBeEightBit && !Ascii.IsValid(text))
        {
            _traits |= BodyTraits.EightBit;
            _mayBeEightBit = false;
        }
    }

    private void Quote(ref OutputSpan output)
    {
        if (Fault is not DataFault.None)
            return;

        _traits |= BodyTraits.Quoted;
        output.Write(">"u8);
        _stored++;
    }

    /// <summary>
    /// All that was stored has a CR before each LF now, and the rest follows as it comes. Goes on before the line end
    /// that stands alone.
    /// </summary>
    private protected void BeginRaw(LinePhase phase, long headerEnd)
    {
        // What is stored is counted for the sake of the header only.
        if (_headerEnd is null)
            _stored = headerEnd;
        else
            _headerEnd = headerEnd;
        (_isRaw, Phase) = (true, phase);
        _traits |= BodyTraits.Raw;
    }

    /// <summary>The message is over: what was held back is text. RETR ends the last line with CRLF.</summary>
    private protected void EndContent(ref OutputSpan output)
    {
        if (Phase is LinePhase.Separator)
            Emit(Separator.From[.._matched], ref output);
        else if (Phase is LinePhase.Name)
            Emit(_name.Held, ref output);
        else if (Phase is LinePhase.TextCr)
            Emit("\r"u8, ref output);
        WireLength += _missingAtEnd;
        Phase = LinePhase.End;
    }

    private void Count(int octets)
    {
        _taken += octets;
        if (_taken > _maxWireLength)
            Fail(DataFault.TooLarge);
    }

    private protected void Fail(DataFault fault)
    {
        if (Fault is DataFault.None)
            Fault = fault;
    }
}
