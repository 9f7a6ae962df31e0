using System.Buffers;
using System.Runtime.Intrinsics;
using System.Text;

namespace ActorMail.Protocols.Wire;

/// <summary>
/// Turns what a client sends behind DATA (RFC 5321 §4.1.1.4, §4.5.2) into the stored image, in one pass and whatever
/// the cut of the input: dots unstuffed, CRLF to LF, one <c>&gt;</c> before each line <c>^&gt;*From </c> (mboxrd), and
/// without the Return-Path fields of others. One decoder reads one message; what follows it stays in the input.
/// </summary>
/// <param name="maxWireLength">Octets a client may send, CRLFs counted and stuffed dots not (RFC 1870 §5).</param>
/// <param name="maxReceivedFields">More of them are a mail loop (RFC 5321 §6.3).</param>
public sealed class DataDecoder(long maxWireLength, int maxReceivedFields)
{
    private readonly FieldNameMatcher _name = new();
    private readonly FirstLineScanner _firstLine = new();
    private Phase _phase;
    private bool _isInHeader = true;
    private bool _isLineEmpty;
    private bool _isDropping;
    private bool _mayBeEightBit;
    private int _matched;
    private long _taken;
    private long _stored;
    private long? _headerEnd;

    /// <summary>How far into a line we are: what the next octet means depends on nothing else.</summary>
    private enum Phase
    {
        LineStart,
        Dot,
        DotCr,

        /// <summary>
        /// In what may become <c>&gt;*From </c>; <see cref="_matched"/> octets of "From " are held back.
        /// </summary>
        Separator,

        /// <summary>In what may become the name of a field we look for; it is held back.</summary>
        Name,
        Text,
        TextCr,
        End,
    }

    public DataFault Fault { get; private set; }

    /// <summary>Octets that RETR will send for what was stored: CRLFs counted, stuffed dots not.</summary>
    public long WireLength { get; private set; }

    /// <summary>Octets taken off the input in all.</summary>
    public long Received { get; private set; }

    /// <summary>Stored octets up to and with the blank line; 0 if the message does not start with a header.</summary>
    public int HeaderLength => StartsWithField ? (int)Math.Min(_headerEnd ?? _stored, int.MaxValue) : 0;

    public BodyTraits Traits { get; private set; }

    /// <summary>
    /// False if the first line is neither a header field nor blank: then fields put in front of the message need a
    /// blank line behind them, or they would run into its text.
    /// </summary>
    public bool StartsWithField => _firstLine.IsField;

    public int ReceivedFields { get; private set; }

    /// <summary>Whether most octets are taken by blocks; what comes out does not depend on it.</summary>
    internal bool IsVectorized { get; init; } = Vector256.IsHardwareAccelerated;

    /// <summary>Takes all of the input, or what there is up to the end of the message.</summary>
    public DataResult Decode(ref ReadOnlySequence<byte> input, IBufferWriter<byte> output)
    {
        var consumed = 0L;
        var sink = new OutputSpan(output);
        foreach (var piece in input)
            consumed += Take(piece.Span, ref sink);
        sink.Flush();

        Received += consumed;
        input = input.Slice(consumed);
        return _phase is Phase.End ? DataResult.End : DataResult.NeedsMoreData;
    }

    private int Take(ReadOnlySpan<byte> piece, ref OutputSpan output)
    {
        // One look at a whole piece is cheaper than one at each line, and nearly all pieces are ASCII. Blocks are
        // looked at as they are taken.
        _mayBeEightBit = !Traits.HasFlag(BodyTraits.EightBit) && (IsVectorized || !Ascii.IsValid(piece));
        var rest = piece;
        while (!rest.IsEmpty && _phase is not Phase.End)
        {
            var taken = IsVectorized && rest.Length >= DataBlocks.MinInput ? TakeBlocks(rest, ref output) : 0;
            rest = rest[(taken > 0 ? taken : Step(rest, ref output))..];
        }

        return piece.Length - rest.Length;
    }

    /// <summary>Takes what can be taken without a look at each line; nothing of it goes beyond the limit.</summary>
    private int TakeBlocks(ReadOnlySpan<byte> rest, ref OutputSpan output)
    {
        if (Fault is not DataFault.None || _isDropping || _phase is not (Phase.LineStart or Phase.Text))
            return 0;
        if (_isInHeader && (!StartsWithField || (_phase is Phase.Text && _isLineEmpty)))
            return 0;

        var allowed = (int)Math.Min(rest.Length, maxWireLength - _taken);
        var blocks = new DataBlocks(_isInHeader) { IsAtLineStart = _phase is Phase.LineStart };
        blocks.Run(rest[..allowed], output.Free);
        if (blocks.Taken == 0)
            return 0;

        output.Advance(blocks.Written);
        Traits |= blocks.Traits;
        _mayBeEightBit = !Traits.HasFlag(BodyTraits.EightBit);
        _taken += blocks.WireLength;
        _stored += blocks.Written;
        WireLength += blocks.WireLength;
        _isLineEmpty = false;
        _phase = blocks.IsBehindReturn ? Phase.TextCr : blocks.IsAtLineStart ? Phase.LineStart : Phase.Text;
        return blocks.Taken;
    }

    /// <summary>Takes the octets of one phase, or none where the phase ends before the first of them.</summary>
    private int Step(ReadOnlySpan<byte> rest, ref OutputSpan output)
    {
        switch (_phase)
        {
            case Phase.LineStart when rest[0] == (byte)'.':
                _phase = Phase.Dot;
                return 1;
            case Phase.Dot when rest[0] == (byte)'\r':
                _phase = Phase.DotCr;
                return 1;
            case Phase.LineStart or Phase.Dot:
                OpenLine(rest[0]);
                return 0;
            case Phase.DotCr when rest[0] == (byte)'\n':
                _phase = Phase.End;
                return 1;
            case Phase.Separator:
                return MatchSeparator(rest, ref output);
            case Phase.Name:
                return MatchName(rest[0], ref output);
            case Phase.Text:
                return TakeText(rest, ref output);
            case Phase.TextCr when rest[0] == (byte)'\n':
                EndLine(ref output);
                return 1;
            default:
                Fail(DataFault.BareLineEnd);
                _phase = Phase.Text;
                return 0;
        }
    }

    private void OpenLine(byte first)
    {
        (_isLineEmpty, _matched) = (true, 0);
        if (_isInHeader && first is (byte)' ' or (byte)'\t')
        {
            // A folded line shares the fate of the field it belongs to.
            _phase = Phase.Text;
            return;
        }

        _isDropping = false;
        if (first == (byte)'.')
            Traits |= BodyTraits.HasDot;

        _phase = first switch
        {
            (byte)'>' or (byte)'F' => Phase.Separator,
            (byte)'R' or (byte)'r' when _isInHeader => Phase.Name,
            _ => Phase.Text,
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
            _phase = Phase.Text;
            return 0;
        }

        if (++_matched == separator.Length)
        {
            Quote(ref output);
            Emit(separator, ref output);
            _phase = Phase.Text;
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
        else if (match is FieldNameMatch.Received && ++ReceivedFields > maxReceivedFields)
            Fail(DataFault.TooManyReceived);

        Emit(_name.Held, ref output);
        _name.Clear();
        _phase = Phase.Text;
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
            Fail(DataFault.BareLineEnd);
            return end + 1;
        }

        if (end + 1 < rest.Length && rest[end + 1] == (byte)'\n')
        {
            EndLine(ref output);
            return end + 2;
        }

        _phase = Phase.TextCr;
        return end + 1;
    }

    private void EndLine(ref OutputSpan output)
    {
        _phase = Phase.LineStart;
        Count(2);
        if (!_isDropping && Fault is DataFault.None)
        {
            output.Write("\n"u8);
            _stored++;
            WireLength += 2;
        }

        if (!_isInHeader)
            return;

        _firstLine.EndLine();
        if (_isLineEmpty)
            _headerEnd = _stored;
        _isInHeader = !_isLineEmpty && StartsWithField;
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
        WireLength += text.Length;
        if (_mayBeEightBit && !Ascii.IsValid(text))
        {
            Traits |= BodyTraits.EightBit;
            _mayBeEightBit = false;
        }
    }

    private void Quote(ref OutputSpan output)
    {
        if (Fault is not DataFault.None)
            return;

        Traits |= BodyTraits.Quoted;
        output.Write(">"u8);
        _stored++;
    }

    private void Count(int octets)
    {
        _taken += octets;
        if (_taken > maxWireLength)
            Fail(DataFault.TooLarge);
    }

    private void Fail(DataFault fault)
    {
        if (Fault is DataFault.None)
            Fault = fault;
    }
}
