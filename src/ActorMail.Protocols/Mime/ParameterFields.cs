using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace ActorMail.Protocols.Mime;

/// <summary>
/// Content-Type and Content-Disposition in ASCII (RFC 6857 §3.1.4): values of parameters as RFC 2231 has them. What
/// else is beyond ASCII loses that to question marks: nothing else could be read there.
/// </summary>
internal sealed class ParameterFields(FieldValue value, FoldedField field)
{
    public static readonly SearchValues<byte> Specials = SearchValues.Create(";="u8);

    /// <summary>No program knows a longer one.</summary>
    private const int MaxNameLength = 40;

    /// <summary>With the blank before it and the semicolon behind it, a section fits into a line.</summary>
    private const int MaxSectionLength = 74;

    private static readonly SearchValues<byte> NameText = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`{}|~*"u8);

    /// <summary>What needs no percent sign (RFC 2231 §7).</summary>
    private static readonly SearchValues<byte> ValueText = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`{}|~"u8);

    private readonly StructuredText _text = new(value, field);

    /// <summary>Parameters in numbered sections of which one at least is to be encoded: then so is the first.</summary>
    private readonly HashSet<string> _encoded = new(StringComparer.OrdinalIgnoreCase);

    public void Write()
    {
        FindEncoded();
        for (var from = 0; from < value.Count;)
        {
            var to = value.IndexOf(';', from, value.Count);
            if (from == 0 || !TryWriteParameter(from, to))
                _text.WriteTokens(from, to);
            if (to < value.Count)
                field.Text(";"u8);
            field.MayBreak();
            from = to + 1;
        }
    }

    /// <summary>The number of a section, <c>1</c> of <c>filename*1</c>, and the name before it.</summary>
    private static bool IsSection(string name, out string parameter, out bool isFirst)
    {
        var star = name.IndexOf('*', StringComparison.Ordinal);
        (parameter, isFirst) = (star < 0 ? name : name[..star], name.EndsWith("*0", StringComparison.Ordinal));
        return star > 0 && star < name.Length - 1 && name.AsSpan(star + 1).IndexOfAnyExceptInRange('0', '9') < 0;
    }

    private void FindEncoded()
    {
        for (var from = 0; from < value.Count;)
        {
            var to = value.IndexOf(';', from, value.Count);
            if (NameAt(from, to, out var start) is { } name && !value.IsAscii(start, to)
                && IsSection(name, out var parameter, out _))
            {
                _encoded.Add(parameter);
            }

            from = to + 1;
        }
    }

    /// <summary>Null if it is no parameter, or one of a name that nobody has.</summary>
    /// <param name="from">Where it begins.</param>
    /// <param name="to">Behind its end.</param>
    /// <param name="start">Of the value.</param>
    private string? NameAt(int from, int to, out int start)
    {
        var equals = value.IndexOf('=', from, to);
        start = Math.Min(equals + 1, to);
        if (equals == to)
            return null;
        var name = value.Text(from, equals);
        return name.Length is 0 or > MaxNameLength || name.AsSpan().ContainsAnyExcept(NameText)
            ? null
            : Encoding.ASCII.GetString(name);
    }

    private bool TryWriteParameter(int from, int to)
    {
        if (NameAt(from, to, out var start) is not { } name)
            return false;

        var text = TextOf(start, to);
        var isSection = IsSection(name, out var parameter, out var isFirst);
        var isOfEncoded = isSection && isFirst && _encoded.Contains(parameter);
        if (Ascii.IsValid(text) && !isOfEncoded)
            return false;

        field.Gap(" "u8, value[from].Kind is FieldTokenKind.Blanks && value.HasFold(from));
        if (name.EndsWith('*'))
            WriteSection($"{name}=", text, isExtended: true);
        else if (isSection)
            WriteSection(name + "*=" + (isFirst ? "UTF-8''" : ""), text);
        else
            WriteExtended(name, text);
        return true;
    }

    /// <summary>
    /// The value without quotes. Some programs write none where they are needed: then it is all that stands there.
    /// </summary>
    private ReadOnlySpan<byte> TextOf(int from, int to)
    {
        while (from < to && value.IsAside(from))
            from++;
        while (to > from && value.IsAside(to - 1))
            to--;
        return to == from + 1 && value[from].Kind is FieldTokenKind.Quoted
            ? StructuredText.Unquoted(value.Span(from))
            : FieldBlanks.Unfolded(value.Span(from, to));
    }

    private void WriteExtended(string name, ReadOnlySpan<byte> text)
    {
        var charset = Encoding.ASCII.GetString(EncodedWord.CharsetOf(text)) + "''";
        var isUtf8 = Utf8.IsValid(text);
        var whole = $"{name}*={charset}";
        if (whole.Length + EncodedLength(text) <= MaxSectionLength)
        {
            WriteSection(whole, text);
            return;
        }

        for (var number = 0; !text.IsEmpty; number++)
        {
            var begin = $"{name}*{number}*={(number == 0 ? charset : "")}";
            var taken = Fit(text, MaxSectionLength - begin.Length, isUtf8);
            WriteSection(begin, text[..taken]);
            text = text[taken..];
            if (!text.IsEmpty)
            {
                field.Text(";"u8);
                field.Gap(" "u8);
            }
        }
    }

    /// <param name="begin">Name, equals sign and charset.</param>
    /// <param name="text">What is to be encoded.</param>
    /// <param name="isExtended">Its percent signs and quotes are what they seem.</param>
    private void WriteSection(string begin, ReadOnlySpan<byte> text, bool isExtended = false)
    {
        field.Text(Encoding.ASCII.GetBytes(begin));
        foreach (var octet in text)
        {
            if (ValueText.Contains(octet) || (isExtended && octet is (byte)'%' or (byte)'\''))
                field.Text([octet]);
            else
                field.Text([(byte)'%', EncodedWord.HexDigit(octet >> 4), EncodedWord.HexDigit(octet & 15)]);
        }
    }

    private static int Fit(ReadOnlySpan<byte> text, int room, bool isUtf8)
    {
        var taken = 0;
        while (taken < text.Length)
        {
            var length = 1;
            if (isUtf8)
                Rune.DecodeFromUtf8(text[taken..], out _, out length);
            room -= EncodedLength(text.Slice(taken, length));
            if (room < 0 && taken > 0)
                break;
            taken += length;
        }

        return taken;
    }

    private static int EncodedLength(ReadOnlySpan<byte> text)
    {
        var length = 0;
        foreach (var octet in text)
            length += ValueText.Contains(octet) ? 1 : 3;
        return length;
    }
}
