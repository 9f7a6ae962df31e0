using System.Buffers;
using System.Text;

namespace ActorMail.Protocols.Mime;

/// <summary>
/// Lists of addresses in ASCII (RFC 6857 §3.1.5 to §3.1.8): names as encoded words, domains as A-labels. There is no
/// ASCII for a local part beyond it: such an address becomes an empty group whose name shows it, to which no reply can
/// go astray.
/// </summary>
internal sealed class AddressFields(FieldValue value, FoldedField field)
{
    public static readonly SearchValues<byte> Specials = SearchValues.Create("<>,;:@"u8);

    private readonly StructuredText _text = new(value, field);
    private readonly AsciiAddresses _addresses = new();

    public void Write() => WriteList(0, value.Count, mayHoldGroups: true);

    private void WriteList(int from, int to, bool mayHoldGroups)
    {
        var closing = value.LastIndexOf('>', from, to);
        var start = from;
        for (var i = from; i < to; i++)
        {
            if (value.Is(i, '<') && i < closing)
            {
                i = value.IndexOf('>', i, to);
            }
            else if (value.Is(i, ':') && mayHoldGroups)
            {
                var end = value.IndexOf(';', i, to);
                WriteGroup(start, i, end);
                i = end;
                start = Math.Min(end + 1, to);
                field.MayBreak();
            }
            else if (value.Is(i, ',') || value.Is(i, ';'))
            {
                WriteMailbox(start, i);
                field.Text(value.Span(i));
                field.MayBreak();
                start = i + 1;
            }
        }

        WriteMailbox(start, to);
    }

    private void WriteMailbox(int from, int to)
    {
        if (value.IsAsciiButForComments(from, to))
        {
            _text.WriteTokens(from, to);
            return;
        }

        var opening = value.IndexOf('<', from, to);
        var closing = value.IndexOf('>', opening, to);
        if (closing < to)
            WriteNamed(from, opening, closing, to);
        else
            WriteBare(from, to);
    }

    private void WriteNamed(int from, int opening, int closing, int to)
    {
        var address = value.Text(opening + 1, closing);
        var isAscii = Ascii.IsValid(address) || _addresses.TryConvert(address, out address);
        var words = _text.WritePhrase(from, opening);
        if (isAscii)
        {
            words.End();
            field.Text("<"u8);
            if (value.IsAsciiButForComments(opening + 1, closing))
            {
                _text.WriteTokens(opening + 1, closing);
                field.Text(">"u8);
            }
            else
            {
                field.Text(address);
                field.Text(">"u8);
                WriteComments(opening + 1, closing);
            }
        }
        else
        {
            WriteAsGroup(words, value.Text(opening + 1, closing));
            WriteComments(opening + 1, closing);
        }

        if (value.IsAsciiButForComments(closing + 1, to))
            _text.WriteTokens(closing + 1, to);
        else
            _text.WritePhrase(closing + 1, to).End(isBeforeBracket: true);
    }

    /// <summary>An address alone, or something that is none.</summary>
    private void WriteBare(int from, int to)
    {
        var (first, last) = (from, to);
        while (first < last && value.IsAside(first))
            first++;
        while (last > first && value.IsAside(last - 1))
            last--;
        _text.WriteTokens(from, first);
        if (_addresses.TryConvert(value.Text(first, last), out var ascii))
        {
            field.Text(ascii);
            WriteComments(first, last);
        }
        else
        {
            var words = new WordRuns(field, isPhrase: true);
            WriteAsGroup(words, FieldBlanks.Unfolded(value.Span(first, last)));
        }

        _text.WriteTokens(last, to);
    }

    private void WriteGroup(int from, int colon, int end)
    {
        if (value.IsAscii(colon + 1, end) || CanBeAscii(colon + 1, end))
        {
            _text.WritePhrase(from, colon).End();
            field.Text(":"u8);
            WriteList(colon + 1, end, mayHoldGroups: false);
            if (end < value.Count)
                field.Text(";"u8);
            return;
        }

        var words = _text.WritePhrase(from, colon);
        var members = FieldBlanks.Unfolded(value.Span(colon + 1, end)).Trim(" \t"u8);
        WriteAsGroup(words, members);
    }

    /// <summary>Whether no member of a group has a local part beyond ASCII.</summary>
    private bool CanBeAscii(int from, int to)
    {
        while (from < to)
        {
            var end = value.IndexOf(',', from, to);
            var opening = value.IndexOf('<', from, end);
            var closing = value.IndexOf('>', opening, end);
            var address = closing < end ? value.Text(opening + 1, closing) : value.Text(from, end);
            if (!Ascii.IsValid(address) && !_addresses.TryConvert(address, out _))
                return false;
            from = end + 1;
        }

        return true;
    }

    private void WriteAsGroup(WordRuns words, ReadOnlySpan<byte> text)
    {
        words.EnsureGap();
        words.Encode(text);
        words.End();
        field.Text(":;"u8);
    }

    private void WriteComments(int from, int to)
    {
        for (; from < to; from++)
        {
            if (value[from].Kind is not FieldTokenKind.Comment)
                continue;
            field.Gap(" "u8);
            _text.WriteComment(value.Span(from));
        }
    }
}
