using System.Buffers;
using System.Globalization;
using System.Text;

namespace ActorMail.Server.Configuration;

/// <summary>Reads one value of a settings file that is neither a group nor a list.</summary>
internal static class HoconScalar
{
    /// <summary>What HOCON does not take without quotes; Akka's reader hangs on some of it.</summary>
    private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create("$\"{[:=?`^!@*&\\");

    /// <summary>False with a fault that says what to write; the cursor is behind the value all the same.</summary>
    public static bool TryRead(HoconCursor cursor, out string value, out string fault) =>
        cursor.Current == '"' ? TryReadQuoted(cursor, out value, out fault) : TryReadBare(cursor, out value, out fault);

    /// <summary>
    /// True at something like <c>[::1]:0</c>, which HOCON takes for a list: the most likely slip in a list of
    /// listeners. The cursor is behind it then.
    /// </summary>
    public static bool TrySkipAddress(HoconCursor cursor, out string address)
    {
        address = "";
        var (length, colons) = (1, 0);
        while (char.IsAsciiHexDigit(cursor.Peek(length)) || cursor.Peek(length) is ':' or '.')
            colons += cursor.Peek(length++) == ':' ? 1 : 0;
        if (cursor.Current != '[' || cursor.Peek(length) != ']' || colons < 2)
            return false;

        var start = cursor.Position;
        cursor.Skip(length + 1);
        while (char.IsAsciiDigit(cursor.Current) || cursor.Current == ':')
            cursor.Take();
        address = cursor.TextSince(start);
        return true;
    }

    private static bool TryReadBare(HoconCursor cursor, out string value, out string fault)
    {
        var start = cursor.Position;
        var isSubstitution = cursor.IsAt("${");
        while (!cursor.AtEndOfLine && cursor.Current is not (',' or '}' or ']'))
            cursor.Take();
        if (isSubstitution && cursor.Current == '}')
            cursor.Take();

        value = cursor.TextSince(start).Trim();
        fault = value switch
        {
            "" => "a value is missing",
            "null" => "null is not a value; leave the line out to have the default",
            _ when isSubstitution =>
                "substitutions such as ${x} are not supported here; write the value itself",
            _ when value.StartsWith('\'') => $"single quotes mean nothing here; write \"{value.Trim('\'')}\"",
            _ when value.AsSpan().ContainsAny(NeedsQuotes) => $"needs double quotes: {Quote(value)}",
            _ => "",
        };
        return fault.Length == 0;
    }

    private static bool TryReadQuoted(HoconCursor cursor, out string value, out string fault)
    {
        var meaning = new StringBuilder();
        (value, fault) = ("", "");
        if (cursor.IsAt("\"\"\""))
        {
            cursor.SkipRestOfLine();
            fault = "triple quotes are not supported; write the text in one line";
            return false;
        }

        cursor.Take();
        while (cursor.Current != '"')
        {
            if (cursor.AtEnd || cursor.Current is '\n' or '\r')
            {
                fault = "the double quote is never closed";
                return false;
            }

            var character = cursor.Take();
            if (character != '\\')
                meaning.Append(character);
            else if (!TryReadEscape(cursor, meaning, out var wrong))
                fault = $"'\\{wrong}' is no escape; a backslash itself is written \\\\";
        }

        cursor.Take();
        value = meaning.ToString();
        return fault.Length == 0;
    }

    private static bool TryReadEscape(HoconCursor cursor, StringBuilder meaning, out char wrong)
    {
        wrong = cursor.Current;
        var index = "\"\\/bfnrt".IndexOf(wrong, StringComparison.Ordinal);
        if (index >= 0)
        {
            cursor.Take();
            meaning.Append("\"\\/\b\f\n\r\t"[index]);
            return true;
        }

        var digits = string.Concat(Enumerable.Range(1, 4).Select(cursor.Peek));
        if (wrong != 'u' || !digits.All(char.IsAsciiHexDigit))
            return false;

        cursor.Skip(5);
        meaning.Append((char)ushort.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
        return true;
    }

    private static string Quote(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
