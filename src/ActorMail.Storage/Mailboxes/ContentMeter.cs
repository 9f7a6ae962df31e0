using ActorMail.Protocols.Wire;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// Finds out of stored octets, piece by piece, what the receiver of a message would have known of it: the end of its
/// header, its length on the wire, its traits. For messages that another program put into the file.
/// </summary>
internal sealed class ContentMeter
{
    private static readonly byte[] From = [.. "From "u8];

    private long _length;
    private long _bareLineFeeds;
    private long _quoted;
    private long _lineLength;
    private bool _hasReturn;
    private bool _isBlank = true;
    private bool _isAfterReturn;
    private bool? _isVerbatim;
    private bool _endsBare;
    private bool _mayBeQuoted;
    private bool _isHeaderEightBit;
    private int _matched;
    private BodyTraits _traits;
    private long _headerLength = -1;

    /// <summary>The whole message if no blank line ends its header.</summary>
    public int HeaderLength => (int)Math.Min(_headerLength < 0 ? _length : _headerLength, int.MaxValue);

    public BodyTraits Traits => _traits
        | (_hasReturn ? BodyTraits.Raw : BodyTraits.None)
        | (_quoted > 0 ? BodyTraits.Quoted : BodyTraits.None)
        | (_traits.HasFlag(BodyTraits.EightBit) && !_isHeaderEightBit ? BodyTraits.HeaderIsAscii : BodyTraits.None);

    /// <summary>
    /// Every line goes out with CRLF, the last one also if it does not end here; of a message that is stored as it came
    /// only the last one (<see cref="BodyTraits.Raw"/>).
    /// </summary>
    public long WireLength => _length - _quoted + this switch
    {
        { _isVerbatim: not true } => _bareLineFeeds + (_lineLength > 0 ? 2 : 0),
        { _lineLength: > 0 } => 2,
        _ => _endsBare ? 1 : 0,
    };

    public void Add(ReadOnlySpan<byte> octets)
    {
        _hasReturn |= octets.Contains((byte)'\r');
        _traits |= IsEightBit(octets) ? BodyTraits.EightBit : BodyTraits.None;
        while (octets.Length > 0)
        {
            var end = octets.IndexOf((byte)'\n');
            var line = end < 0 ? octets : octets[..end];
            LookAt(line);
            _length += line.Length;
            octets = octets[line.Length..];
            if (end < 0)
                return;
            octets = octets[1..];
            _length++;
            EndLine();
        }
    }

    private static bool IsEightBit(ReadOnlySpan<byte> octets) => octets.ContainsAnyInRange((byte)0x80, (byte)0xff);

    private void LookAt(ReadOnlySpan<byte> piece)
    {
        if (piece.Length == 0)
            return;
        if (_lineLength == 0)
        {
            _traits |= piece[0] == '.' ? BodyTraits.HasDot : BodyTraits.None;
            _mayBeQuoted = piece[0] == '>';
        }

        if (_headerLength < 0)
            _isHeaderEightBit |= IsEightBit(piece);
        _isBlank &= _lineLength == 0 && piece is [(byte)'\r'];
        for (var i = 0; _mayBeQuoted && i < piece.Length; i++)
            MatchQuoted(piece[i]);
        _lineLength += piece.Length;
        _isAfterReturn = piece[^1] == '\r';
    }

    private void MatchQuoted(byte octet)
    {
        if (_matched == 0 && octet == '>')
            return;
        _mayBeQuoted = octet == From[_matched++];
        if (_mayBeQuoted && _matched == From.Length)
            (_quoted, _mayBeQuoted) = (_quoted + 1, false);
    }

    private void EndLine()
    {
        if (_isBlank && _headerLength < 0)
            _headerLength = _length;
        _isVerbatim ??= _isAfterReturn;
        _endsBare = !_isAfterReturn;
        _bareLineFeeds += _endsBare ? 1 : 0;
        (_lineLength, _matched) = (0, 0);
        (_isBlank, _isAfterReturn, _mayBeQuoted) = (true, false, false);
    }
}
