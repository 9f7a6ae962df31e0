using System.Text;
using System.Text.Unicode;

namespace ActorMail.Actors.Net;

/// <summary>
/// A client's line as the log may show it at Debug. A line that begins with no command may be a password, or the base64
/// of one: somebody typed it at the wrong time, or a program went on with a login that was refused.
/// </summary>
internal static class SpokenLine
{
    private const string Hidden = "***";

    /// <summary>
    /// The whole line if it begins with one of <paramref name="shown"/>, in any letter case; only the verb if it begins
    /// with one of <paramref name="secret"/>; otherwise nothing of it.
    /// </summary>
    public static string Of(ReadOnlySpan<byte> line, ReadOnlySpan<string> shown, ReadOnlySpan<string> secret)
    {
        var end = line.IndexOf((byte)' ');
        var verb = end < 0 ? line : line[..end];
        if (IsOneOf(verb, shown))
            return (Utf8.IsValid(line) ? Encoding.UTF8 : Encoding.Latin1).GetString(line);

        return IsOneOf(verb, secret) ? $"{Encoding.Latin1.GetString(verb)} {Hidden}" : Hidden;
    }

    private static bool IsOneOf(ReadOnlySpan<byte> verb, ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (Ascii.EqualsIgnoreCase(verb, word))
                return true;
        }

        return false;
    }
}
