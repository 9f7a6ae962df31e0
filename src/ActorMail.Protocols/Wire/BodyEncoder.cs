using System.Buffers;
using System.Runtime.Intrinsics;

namespace ActorMail.Protocols.Wire;

/// <summary>
/// The way back from a stored image to the lines of a multi-line reply (RFC 1939 §3, RFC 5321 §4.5.2), piece by piece
/// and whatever the cut: LF to CRLF, a second dot before lines that begin with one, and one <c>&gt;</c> less before
/// each <c>^&gt;+From </c>. Dots are always stuffed, whatever the traits say: a missing one would end the reply.
/// <para>
/// A raw image whose first line ends with CRLF goes out octet for octet, for clients that hold to the RFC; only its
/// last line must end with CRLF. To a client that takes a bare CR or LF for a line end, a dot alone between two of
/// those would be the end of the reply, and what follows it the next one: such a dot is doubled, too, although it
/// begins no line.
/// </para>
/// </summary>
/// <param name="traits">Of the body; without <see cref="BodyTraits.Quoted"/> no line is unquoted.</param>
/// <param name="bodyLines">Null for the whole message, else as many lines of the body as TOP wants (§7).</param>
public sealed class BodyEncoder(BodyTraits traits, int? bodyLines = null)
{
    private readonly bool _isQuoted = traits.HasFlag(BodyTraits.Quoted);
    private readonly bool _isRaw = traits.HasFlag(BodyTraits.Raw);
    private Phase _phase;
    private int _matched;
    private long _lineLength;
    private bool? _isVerbatim;
    private bool _isBehindBareFeed;
    private bool _holdsFeed;
    private bool _isInHeader = bodyLines is not null;
    private int _linesLeft = bodyLines ?? 0;

    private enum Phase
    {
        LineStart,

        /// <summary>A first <c>&gt;</c> and <see cref="_matched"/> octets of "From " are held back.</summary>
        Quoted,
        Text,

        /// <summary>Behind a CR, which only raw images hold; the LF after it needs none of ours.</summary>
        TextCr,

        /// <summary>Behind a dot that a bare CR or LF stands before.</summary>
        BareDot,
    }

    /// <summary>True once TOP has its lines; what is written then goes nowhere.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Whether most octets are written by blocks; what comes out does not depend on it.</summary>
    internal bool IsVectorized { get; init; } = Vector256.IsHardwareAccelerated;

    public void Write(ReadOnlySpan<byte> stored, IBufferWriter<byte> output)
    {
        var sink = new OutputSpan(output);
        while (!stored.IsEmpty && !IsDone)
        {
            var taken = IsVectorized && stored.Length >= BodyBlocks.MinInput ? WriteBlocks(stored, ref sink) : 0;
            stored = stored[(taken > 0 ? taken : Step(stored, ref sink))..];
        }

        sink.Flush();
    }

    /// <summary>The lone dot, on a line of its own also where the message has no last line end.</summary>
    public void WriteEnd(IBufferWriter<byte> output)
    {
        if (_phase is Phase.Quoted)
        {
            output.Write(">"u8);
            output.Write(Separator.From[.._matched]);
        }

        if (_phase is Phase.BareDot)
            output.Write("."u8);
        output.Write(_phase is Phase.LineStart && !_isBehindBareFeed ? ".\r\n"u8 : "\r\n.\r\n"u8);
        _phase = Phase.LineStart;
    }

    /// <summary>
    /// TOP counts lines, and wants few of them, and what is raw is rare: that is left to <see cref="Step"/>.
    /// </summary>
    private int WriteBlocks(ReadOnlySpan<byte> stored, ref OutputSpan output)
    {
        if (bodyLines is not null || _isRaw || _phase is Phase.Quoted)
            return 0;

        var blocks = new BodyBlocks(_isQuoted);
        blocks.Run(stored, output.Free, _phase is Phase.LineStart, _phase is Phase.TextCr);
        if (blocks.Taken == 0)
            return 0;

        output.Advance(blocks.Written);
        _phase = stored[blocks.Taken - 1] switch
        {
            (byte)'\n' => Phase.LineStart,
            (byte)'\r' => Phase.TextCr,
            _ => Phase.Text,
        };
        return blocks.Taken;
    }

    private int Step(ReadOnlySpan<byte> stored, ref OutputSpan output)
    {
        if (_phase is Phase.Quoted)
            return MatchSeparator(stored, ref output);

        if (_holdsFeed)
        {
            output.Write("\n"u8);
            _holdsFeed = false;
        }

        if (_phase is Phase.LineStart)
        {
            if (_isQuoted && stored[0] == (byte)'>')
            {
                (_phase, _matched) = (Phase.Quoted, 0);
                return 1;
            }

            if (stored[0] == (byte)'.' && !_isBehindBareFeed)
                output.Write("."u8);
        }

        return _isRaw ? StepRaw(stored, ref output) : WriteText(stored, ref output);
    }

    private int StepRaw(ReadOnlySpan<byte> stored, ref OutputSpan output)
    {
        var isBehindBare = _phase is Phase.TextCr || (_phase is Phase.LineStart && _isBehindBareFeed);
        if (isBehindBare && stored[0] == (byte)'.')
        {
            output.Write("."u8);
            _lineLength++;
            _phase = Phase.BareDot;
            return 1;
        }

        if (_phase is Phase.BareDot && stored[0] is (byte)'\r' or (byte)'\n')
            output.Write("."u8);
        return WriteRaw(stored, ref output);
    }

    /// <summary>Takes octets up to the next CR or LF, and that as well. A bare LF waits for what follows it.</summary>
    private int WriteRaw(ReadOnlySpan<byte> stored, ref OutputSpan output)
    {
        var end = stored.IndexOfAny((byte)'\r', (byte)'\n');
        var text = end < 0 ? stored : stored[..end];
        output.Write(text);
        _lineLength += text.Length;
        if (end < 0)
        {
            _phase = Phase.Text;
            return text.Length;
        }

        if (stored[end] == (byte)'\r')
        {
            output.Write("\r"u8);
            _lineLength++;
            _phase = Phase.TextCr;
            return end + 1;
        }

        var isAfterCr = end == 0 && _phase is Phase.TextCr;
        _isVerbatim ??= isAfterCr;
        _isBehindBareFeed = _isVerbatim.Value && !isAfterCr;
        _holdsFeed = _isBehindBareFeed;
        if (!_holdsFeed)
            output.Write(isAfterCr ? "\n"u8 : "\r\n"u8);
        if (bodyLines is not null)
            CountLine(isAfterCr);
        _phase = Phase.LineStart;
        return end + 1;
    }

    private int WriteText(ReadOnlySpan<byte> stored, ref OutputSpan output)
    {
        var end = stored.IndexOf((byte)'\n');
        var text = end < 0 ? stored : stored[..end];
        output.Write(text);
        _lineLength += text.Length;
        if (end < 0)
        {
            _phase = text[^1] == (byte)'\r' ? Phase.TextCr : Phase.Text;
            return text.Length;
        }

        var isAfterCr = text.IsEmpty ? _phase is Phase.TextCr : text[^1] == (byte)'\r';
        output.Write(isAfterCr ? "\n"u8 : "\r\n"u8);
        if (bodyLines is not null)
            CountLine(isAfterCr);
        _phase = Phase.LineStart;
        return end + 1;
    }

    /// <summary>As the decoder's: all quotes but the one held back can go out, since they look alike.</summary>
    private int MatchSeparator(ReadOnlySpan<byte> stored, ref OutputSpan output)
    {
        var separator = Separator.From;
        _lineLength++;
        if (_matched == 0 && stored[0] == (byte)'>')
        {
            output.Write(">"u8);
            return 1;
        }

        if (stored[0] == separator[_matched])
        {
            if (++_matched == separator.Length)
            {
                output.Write(separator);
                _phase = Phase.Text;
            }

            return 1;
        }

        output.Write(">"u8);
        output.Write(separator[.._matched]);
        _phase = Phase.Text;
        return 0;
    }

    private void CountLine(bool isAfterCr)
    {
        var isBlank = _lineLength == (isAfterCr ? 1 : 0);
        _lineLength = 0;
        if (!_isInHeader)
            _linesLeft--;
        _isInHeader &= !isBlank;
        IsDone = !_isInHeader && _linesLeft <= 0;
    }
}
