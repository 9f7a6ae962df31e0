using System.Buffers;
using System.Text;

namespace ActorMail.Protocols.Mime;

/// <summary>
/// The text of a structured header field, cut into tokens that follow each other without a hole. It is cut in one pass,
/// however deep comments lie in each other.
/// </summary>
internal sealed class FieldValue
{
    /// <summary>Address literals are shorter; a bracket that does not close is a character like others.</summary>
    private const int MaxLiteralLength = 64;

    private static readonly SearchValues<byte> LiteralEnd = SearchValues.Create("[] \t\r\n()<>,;\""u8);

    private readonly byte[] _octets;
    private readonly List<FieldToken> _tokens = [];

    private FieldValue(byte[] octets) => _octets = octets;

    public int Count => _tokens.Count;

    public FieldToken this[int index] => _tokens[index];

    /// <summary>Null if a quoted string or a comment has no end.</summary>
    public static FieldValue? Read(ReadOnlySpan<byte> octets, SearchValues<byte> specials)
    {
        var value = new FieldValue(octets.ToArray());
        var start = 0;
        while (start < octets.Length)
        {
            var (kind, length) = TokenAt(octets[start..], specials);
            if (length == 0)
                return null;
            value._tokens.Add(new FieldToken(kind, start, length));
            start += length;
        }

        return value;
    }

    public ReadOnlySpan<byte> Span(int index) => _octets.AsSpan(_tokens[index].Start, _tokens[index].Length);

    /// <summary>The text of several tokens, as it stands there.</summary>
    public ReadOnlySpan<byte> Span(int from, int to) =>
        from >= to ? default : _octets.AsSpan(_tokens[from].Start, _tokens[to - 1].End - _tokens[from].Start);

    public bool IsAscii(int from, int to) => Ascii.IsValid(Span(from, to));

    public bool IsAsciiButForComments(int from, int to)
    {
        for (; from < to; from++)
        {
            if (_tokens[from].Kind is not FieldTokenKind.Comment && !IsAscii(from))
                return false;
        }

        return true;
    }

    public bool IsAscii(int index) => Ascii.IsValid(Span(index));

    public bool Is(int index, char special) =>
        _tokens[index].Kind is FieldTokenKind.Special && _octets[_tokens[index].Start] == special;

    /// <summary>The first place of a special in a part of the field; <paramref name="to"/> if there is none.</summary>
    public int IndexOf(char special, int from, int to)
    {
        while (from < to && !Is(from, special))
            from++;
        return from;
    }

    /// <summary>The last place of a special in a part of the field; -1 if there is none.</summary>
    public int LastIndexOf(char special, int from, int to)
    {
        while (--to >= from)
        {
            if (Is(to, special))
                return to;
        }

        return -1;
    }

    public bool HasFold(int index) => Span(index).Contains((byte)'\n');

    /// <summary>Blanks or a comment, which mean nothing to a program.</summary>
    public bool IsAside(int index) => _tokens[index].Kind is FieldTokenKind.Blanks or FieldTokenKind.Comment;

    /// <summary>A part of the field without blanks and comments; one blank stays where they part two words.</summary>
    public byte[] Text(int from, int to)
    {
        var text = new ArrayBufferWriter<byte>();
        var (isParted, isBehindWord) = (false, false);
        for (; from < to; from++)
        {
            if (IsAside(from))
            {
                isParted = true;
                continue;
            }

            var isWord = _tokens[from].Kind is not FieldTokenKind.Special;
            if (isParted && isWord && isBehindWord)
                text.Write(" "u8);
            text.Write(FieldBlanks.Unfolded(Span(from)));
            (isParted, isBehindWord) = (false, isWord);
        }

        return text.WrittenSpan.ToArray();
    }

    private static (FieldTokenKind Kind, int Length) TokenAt(ReadOnlySpan<byte> text, SearchValues<byte> specials)
    {
        var blanks = FieldBlanks.LengthAt(text);
        if (blanks > 0)
            return (FieldTokenKind.Blanks, blanks);
        if (specials.Contains(text[0]))
            return (FieldTokenKind.Special, 1);
        return text[0] switch
        {
            (byte)'(' => (FieldTokenKind.Comment, CommentLength(text)),
            (byte)'"' => (FieldTokenKind.Quoted, QuotedLength(text)),
            _ => (FieldTokenKind.Word, WordLength(text, specials)),
        };
    }

    /// <summary>0 if it has no end.</summary>
    private static int CommentLength(ReadOnlySpan<byte> text)
    {
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == (byte)'\\')
                i++;
            else if (text[i] == (byte)'(')
                depth++;
            else if (text[i] == (byte)')' && --depth == 0)
                return i + 1;
        }

        return 0;
    }

    private static int QuotedLength(ReadOnlySpan<byte> text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == (byte)'\\')
                i++;
            else if (text[i] == (byte)'"')
                return i + 1;
        }

        return 0;
    }

    private static int WordLength(ReadOnlySpan<byte> text, SearchValues<byte> specials)
    {
        var length = 0;
        while (length < text.Length && !FieldBlanks.IsAt(text, length))
        {
            if (text[length] == (byte)'[')
                length += LiteralLength(text[length..]);
            else if (specials.Contains(text[length]) || text[length] is (byte)'(' or (byte)'"')
                break;
            else
                length++;
        }

        return length;
    }

    /// <summary>1 if it is no literal, but a bracket alone.</summary>
    private static int LiteralLength(ReadOnlySpan<byte> text)
    {
        var end = text[1..Math.Min(text.Length, MaxLiteralLength)].IndexOfAny(LiteralEnd);
        return end >= 0 && text[end + 1] == (byte)']' ? end + 2 : 1;
    }
}
