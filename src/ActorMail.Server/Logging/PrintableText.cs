using System.Globalization;
using System.Text;

namespace ActorMail.Server.Logging;

/// <summary>
/// Foreign text for a log or a terminal: what could end a line, move the cursor or turn the direction of writing is
/// written as an escape, so that nobody forges a line or hides one.
/// </summary>
public static class PrintableText
{
    public static string Escape(string text)
    {
        if (IsPrintable(text))
            return text;

        var clean = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                clean.Append(text[i++]).Append(text[i]);
            else
                Append(text[i], clean);
        }

        return clean.ToString();
    }

    private static bool IsPrintable(string text)
    {
        foreach (var character in text)
        {
            if (NeedsEscape(character))
                return false;
        }

        return true;
    }

    private static void Append(char character, StringBuilder clean)
    {
        _ = character switch
        {
            '\r' => clean.Append("\\r"),
            '\n' => clean.Append("\\n"),
            '\t' => clean.Append("\\t"),
            _ when NeedsEscape(character) =>
                clean.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}"),
            _ => clean.Append(character),
        };
    }

    /// <summary>C0, DEL, C1 with U+0085, line and paragraph separators, marks of direction, lone surrogates.</summary>
    private static bool NeedsEscape(char character) =>
        char.IsControl(character) || char.IsSurrogate(character)
        || character is '\u2028' or '\u2029' or '\u200E' or '\u200F' or '\uFEFF'
            or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
