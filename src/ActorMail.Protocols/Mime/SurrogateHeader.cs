using System.Buffers;
using System.Text;
using ActorMail.Protocols.Wire;

namespace ActorMail.Protocols.Mime;

/// <summary>
/// Makes the stored image of a message into that of its surrogate (RFC 6856 §2.1, RFC 6857), for clients that know no
/// UTF-8: the same with a header in ASCII. Fields in ASCII, line ends and the body stay octet for octet. It takes the
/// image piece by piece, and what comes out does not depend on the cut; it holds one field at a time. One
/// object reads one message.
/// </summary>
/// <param name="traits">Of the image: whether its lines may end with CRLF.</param>
public sealed class SurrogateHeader(BodyTraits traits)
{
    /// <summary>
    /// Octets of a field. A longer one is not held: its octets above 127 become question marks. Nobody's subject or
    /// list of recipients in UTF-8 is so long.
    /// </summary>
    public const int MaxFieldLength = 32 * 1024;

    /// <summary>
    /// Octets of all fields beyond ASCII. Behind so many of them the others lose what is not ASCII, too: no mail has
    /// such a header, and one made to keep the server busy is soon done with.
    /// </summary>
    public const int MaxHeaderLength = 64 * 1024;

    private static readonly byte[] LineFeed = [.. "\n"u8];
    private static readonly byte[] ReturnAndLineFeed = [.. "\r\n"u8];

    private readonly ArrayBufferWriter<byte> _field = new();
    private bool _isLineStart = true;
    private bool _isTooLong;
    private long _rewritten;
    private bool? _isVerbatim;
    private byte _last;

    /// <summary>
    /// Whether a message with these traits may have a header beyond ASCII, and has to be looked at. Without, its
    /// surrogate is the message itself.
    /// </summary>
    public static bool MayBeNeeded(BodyTraits traits) =>
        traits.HasFlag(BodyTraits.EightBit) && !traits.HasFlag(BodyTraits.HeaderIsAscii);

    /// <summary>The blank line was written: all that follows goes through as it is.</summary>
    public bool IsOver { get; private set; }

    /// <summary>
    /// Octets on the wire that the surrogate has more than the message, stuffed dots not counted; fewer if negative.
    /// Known when the header is over, or behind <see cref="WriteEnd"/>.
    /// </summary>
    public long Growth { get; private set; }

    /// <param name="stored">The next octets of the image.</param>
    /// <param name="output">Takes those of the surrogate's; what is not complete yet comes later.</param>
    public void Write(ReadOnlySpan<byte> stored, IBufferWriter<byte> output)
    {
        while (!stored.IsEmpty && !IsOver)
        {
            if (_isLineStart && stored[0] is not ((byte)' ' or (byte)'\t'))
                EndField(output);
            var end = stored.IndexOf((byte)'\n');
            var piece = end < 0 ? stored : stored[..(end + 1)];
            Hold(piece, output);
            stored = stored[piece.Length..];
            _isLineStart = end >= 0;
            if (end >= 0)
                EndLine(piece, output);
            _last = piece[^1];
        }

        output.Write(stored);
    }

    /// <summary>The image is over: a field may still be held, if no blank line came.</summary>
    public void WriteEnd(IBufferWriter<byte> output) => EndField(output, isEnd: true);

    private void EndLine(ReadOnlySpan<byte> piece, IBufferWriter<byte> output)
    {
        _isVerbatim ??= traits.HasFlag(BodyTraits.Raw) && (piece.Length > 1 ? piece[^2] : _last) == (byte)'\r';
        if (_isTooLong || _field.WrittenSpan is not ([(byte)'\n'] or [(byte)'\r', (byte)'\n']))
            return;

        EndField(output);
        IsOver = true;
    }

    private void Hold(ReadOnlySpan<byte> piece, IBufferWriter<byte> output)
    {
        if (!_isTooLong && _field.WrittenCount + piece.Length > MaxFieldLength)
        {
            _isTooLong = true;
            SurrogateField.WriteWithoutEightBit(_field.WrittenSpan, output);
            _field.ResetWrittenCount();
        }

        if (_isTooLong)
            SurrogateField.WriteWithoutEightBit(piece, output);
        else
            _field.Write(piece);
    }

    private void EndField(IBufferWriter<byte> output, bool isEnd = false)
    {
        var field = _field.WrittenSpan;
        if (Ascii.IsValid(field))
        {
            output.Write(field);
        }
        else if ((_rewritten += field.Length) > MaxHeaderLength)
        {
            SurrogateField.WriteWithoutEightBit(field, output);
        }
        else
        {
            var surrogate = new ArrayBufferWriter<byte>(field.Length);
            SurrogateField.Write(field, _isVerbatim is true ? ReturnAndLineFeed : LineFeed, surrogate);
            Growth += WireLength(surrogate.WrittenSpan) - WireLength(field);
            if (isEnd)
                Growth += MissingAtEnd(surrogate.WrittenSpan) - MissingAtEnd(field);
            output.Write(surrogate.WrittenSpan);
        }

        _field.ResetWrittenCount();
        _isTooLong = false;
    }

    /// <summary>An LF goes out as CRLF unless a CR is before it, or the message goes out as it is stored.</summary>
    private long WireLength(ReadOnlySpan<byte> octets)
    {
        if (_isVerbatim is true)
            return octets.Length;

        var length = octets.Length;
        for (var end = octets.IndexOf((byte)'\n'); end >= 0; end = octets.IndexOf((byte)'\n'))
        {
            length += end > 0 && octets[end - 1] == (byte)'\r' ? 0 : 1;
            octets = octets[(end + 1)..];
        }

        return length;
    }

    /// <summary>What RETR adds to the last line, that it may end with CRLF.</summary>
    private int MissingAtEnd(ReadOnlySpan<byte> octets)
    {
        if (!octets.EndsWith("\n"u8))
            return 2;
        return _isVerbatim is true && !octets.EndsWith("\r\n"u8) ? 1 : 0;
    }
}
