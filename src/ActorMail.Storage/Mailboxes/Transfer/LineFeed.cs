namespace ActorMail.Storage.Mailboxes.Transfer;

/// <summary>
/// Octets, line by line, with whatever line ends. A line longer than the buffer comes in several pieces; all that a
/// mail program looks for is in the first of them.
/// </summary>
internal sealed class LineFeed(LineFeed.OctetReader read, int bufferSize = 64 * 1024)
{
    private readonly byte[] _buffer = new byte[bufferSize];
    private long _base;
    private int _from;
    private int _to;
    private int _length;
    private int _rawLength;
    private bool _isAtEnd;

    /// <summary>Fills a buffer; 0 only at the end.</summary>
    public delegate int OctetReader(Span<byte> octets);

    /// <summary>The piece is the beginning of a line.</summary>
    public bool Begins { get; private set; }

    /// <summary>A line end stands behind the piece.</summary>
    public bool Ends { get; private set; } = true;

    /// <summary>The piece, without its line end.</summary>
    public ReadOnlySpan<byte> Piece => _buffer.AsSpan(_from - _rawLength, _length);

    /// <summary>The piece with its line end.</summary>
    public ReadOnlySpan<byte> Raw => _buffer.AsSpan(_from - _rawLength, _rawLength);

    /// <summary>The line end behind the piece; nothing where it does not end.</summary>
    public ReadOnlySpan<byte> LineEnd => Raw[_length..];

    /// <summary>Where the piece begins, in octets from the beginning.</summary>
    public long Start => Position - _rawLength;

    /// <summary>Where it ends.</summary>
    public long Position => _base + _from;

    /// <summary>Goes on to the next piece; false at the end.</summary>
    public bool MoveNext()
    {
        Begins = Ends;
        var seen = 0;
        while (true)
        {
            var rest = _buffer.AsSpan(_from, _to - _from);
            var end = rest[seen..].IndexOf((byte)'\n');
            if (end >= 0)
            {
                end += seen;
                Ends = true;
                Take(end is > 0 && rest[end - 1] == '\r' ? end - 1 : end, end + 1);
                return true;
            }

            seen = rest.Length;
            if (_isAtEnd || rest.Length == _buffer.Length)
            {
                if (rest.IsEmpty)
                    return false;
                Ends = false;
                // A CR may be the first half of a line end.
                var length = !_isAtEnd && rest[^1] == '\r' ? rest.Length - 1 : rest.Length;
                Take(length, length);
                return true;
            }

            Fill();
        }
    }

    private void Take(int length, int rawLength)
    {
        (_length, _rawLength) = (length, rawLength);
        _from += rawLength;
    }

    private void Fill()
    {
        _buffer.AsSpan(_from, _to - _from).CopyTo(_buffer);
        (_base, _to, _from) = (_base + _from, _to - _from, 0);
        var count = read(_buffer.AsSpan(_to));
        _to += count;
        _isAtEnd = count == 0;
    }
}
