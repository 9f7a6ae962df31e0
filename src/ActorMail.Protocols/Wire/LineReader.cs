using System.Buffers;

namespace ActorMail.Protocols.Wire;

/// <summary>
/// Takes command lines off the input, however it was cut on its way. CRLF and nothing else ends a line (RFC 5321
/// §2.3.8): two hosts that disagree about line ends would see different commands in the same octets. A CR or LF alone
/// is content, and the parsers refuse it. No octets are kept here: what is not a whole line yet stays in the input.
/// </summary>
/// <param name="maxLength">Octets of the longest line, its CRLF included, as the RFCs count.</param>
public sealed class LineReader(int maxLength)
{
    private bool _isDropping;

    /// <summary>
    /// The line comes without its CRLF and lives as long as the input does. An overlong line is dropped while it comes
    /// in, and reported once, when its end is there.
    /// </summary>
    public LineResult TryRead(ref ReadOnlySequence<byte> input, out ReadOnlySpan<byte> line)
    {
        line = default;
        if (!TryFindEnd(input, out var length))
        {
            // Not even a CRLF with the very next octets would make a line out of this that is short enough.
            if (_isDropping || input.Length >= maxLength)
                Drop(ref input);
            return LineResult.NeedsMoreData;
        }

        var isTooLong = _isDropping || length + 2 > maxLength;
        if (!isTooLong)
        {
            var content = input.Slice(0, length);
            line = content.IsSingleSegment ? content.FirstSpan : content.ToArray();
        }

        _isDropping = false;
        input = input.Slice(length + 2);
        return isTooLong ? LineResult.TooLong : LineResult.Line;
    }

    private static bool TryFindEnd(in ReadOnlySequence<byte> input, out long length)
    {
        length = input.FirstSpan.IndexOf("\r\n"u8);
        if (length >= 0 || input.IsSingleSegment)
            return length >= 0;

        var reader = new SequenceReader<byte>(input);
        var isFound = reader.TryReadTo(out ReadOnlySequence<byte> content, "\r\n"u8);
        length = content.Length;
        return isFound;
    }

    /// <summary>Keeps a CR at the end, which may be the first half of the CRLF that ends the dropped line.</summary>
    private void Drop(ref ReadOnlySequence<byte> input)
    {
        _isDropping = true;
        if (input.IsEmpty)
            return;

        var last = input.Slice(input.Length - 1);
        input = last.PositionOf((byte)'\r') is null ? input.Slice(input.End) : last;
    }
}
