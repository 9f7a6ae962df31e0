using System.Buffers;
using System.Text;

namespace ActorMail.Protocols.Mime;

/// <summary>
/// Received fields in ASCII (RFC 6857 §3.2.4): domains as A-labels, and without FOR and ID clauses that have no ASCII.
/// Another value is shown in a comment.
/// </summary>
internal sealed class ReceivedFields(FieldValue value, FoldedField field)
{
    public static readonly SearchValues<byte> Specials = SearchValues.Create(";"u8);

    private readonly StructuredText _text = new(value, field);
    private readonly AsciiAddresses _addresses = new();

    public void Write()
    {
        var (gap, index) = (-1, 0);
        while (index < value.Count)
        {
            var end = WordEnd(index);
            if (value[index].Kind is FieldTokenKind.Blanks)
            {
                // It goes with a clause that is left out; what stands behind that has its own.
                WriteGap(gap);
                gap = index;
            }
            else if (DroppedClauseEnd(index, end) is > 0 and var dropped)
            {
                (end, gap) = (dropped, -1);
            }
            else
            {
                WriteGap(gap);
                gap = -1;
                WriteWord(index, end);
            }

            index = end;
        }
    }

    private void WriteGap(int index)
    {
        if (index >= 0)
            _text.WriteGap(index);
    }

    /// <summary>Behind the tokens that are one word together; a semicolon, blanks and a comment are alone.</summary>
    private int WordEnd(int index)
    {
        if (!IsPart(index))
            return index + 1;
        while (index < value.Count && IsPart(index))
            index++;
        return index;
    }

    private bool IsPart(int index) => value[index].Kind is FieldTokenKind.Word or FieldTokenKind.Quoted;

    /// <summary>Behind the value of a clause that has to go; 0 if there is none.</summary>
    private int DroppedClauseEnd(int index, int end)
    {
        var name = value.Span(index, end);
        var isFor = Ascii.EqualsIgnoreCase(name, "for"u8);
        if (!isFor && !Ascii.EqualsIgnoreCase(name, "id"u8))
            return 0;

        while (end < value.Count && !IsPart(end))
        {
            if (value[end].Kind is FieldTokenKind.Special)
                return 0;
            end++;
        }

        if (end == value.Count)
            return 0;
        var last = WordEnd(end);
        var isKept = value.IsAscii(end, last) || (isFor && TryToAscii(value.Span(end, last), out _));
        return isKept ? 0 : last;
    }

    private void WriteWord(int from, int to)
    {
        if (value[from].Kind is FieldTokenKind.Comment || value.IsAscii(from, to))
        {
            _text.WriteTokens(from, to);
        }
        else if (TryToAscii(value.Span(from, to), out var ascii))
        {
            field.Text(ascii);
        }
        else
        {
            field.MayBreak();
            field.Text("("u8);
            var words = new WordRuns(field, isPhrase: true, isBehindBracket: true);
            words.Encode(FieldBlanks.Unfolded(value.Span(from, to)));
            words.End(isBeforeBracket: true);
            field.Text(")"u8);
            field.MayBreak();
        }
    }

    /// <summary>A domain, or an address with or without its brackets.</summary>
    private bool TryToAscii(ReadOnlySpan<byte> word, out byte[] ascii)
    {
        if (word.StartsWith("<"u8) && word.EndsWith(">"u8))
        {
            var isAddress = _addresses.TryConvert(word[1..^1], out ascii);
            ascii = [(byte)'<', .. ascii, (byte)'>'];
            return isAddress;
        }

        return word.Contains((byte)'@')
            ? _addresses.TryConvert(word, out ascii)
            : _addresses.TryConvertDomain(word, out ascii);
    }
}
