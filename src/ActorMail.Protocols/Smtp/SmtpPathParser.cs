using System.Diagnostics.CodeAnalysis;
using System.Text;
using ActorMail.Protocols.Mail;

namespace ActorMail.Protocols.Smtp;

/// <summary>The paths of MAIL and RCPT (RFC 5321 §4.1.2), and two common misspellings of them.</summary>
internal static class SmtpPathParser
{
    /// <summary>
    /// Cuts <c>FROM:&lt;path&gt; parameters</c> in two; the path comes without its brackets and is empty for
    /// <c>&lt;&gt;</c>. Unless strict, blanks behind the colon and a path without brackets are understood.
    /// </summary>
    public static bool TrySplit(
        ReadOnlySpan<byte> argument,
        ReadOnlySpan<byte> keyword,
        bool isStrict,
        out ReadOnlySpan<byte> path,
        out ReadOnlySpan<byte> parameters)
    {
        path = default;
        parameters = default;
        if (argument.Length < keyword.Length || !Ascii.EqualsIgnoreCase(argument[..keyword.Length], keyword))
            return false;

        var rest = argument[keyword.Length..];
        if (!isStrict)
            rest = rest.TrimStart((byte)' ');
        if (rest is [(byte)'<', ..])
        {
            var close = FindUnquoted(rest, (byte)'>');
            if (close < 0)
                return false;

            path = rest[1..close];
            parameters = rest[(close + 1)..];
            return parameters.IsEmpty || parameters[0] == (byte)' ';
        }

        if (isStrict || rest.IsEmpty)
            return false;

        var end = FindUnquoted(rest, (byte)' ');
        path = end < 0 ? rest : rest[..end];
        parameters = end < 0 ? default : rest[end..];
        return true;
    }

    /// <summary>
    /// A mailbox, with or without a domain, in UTF-8 (RFC 6531 §3.3). A source route is looked at and left out
    /// (RFC 5321 §4.1.1.3, app. C).
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> path, [NotNullWhen(true)] out MailAddress? address)
    {
        address = null;
        return TrySkipRoute(ref path) && MailAddress.TryParseUtf8(path, out address);
    }

    private static bool TrySkipRoute(ref ReadOnlySpan<byte> path)
    {
        if (path is not [(byte)'@', ..])
            return true;

        var colon = path.IndexOf((byte)':');
        if (colon < 0)
            return false;

        var route = path[..colon];
        foreach (var range in route.Split((byte)','))
        {
            if (route[range] is not [(byte)'@', .. var domain] || !MailAddressParser.IsDomainUtf8(domain))
                return false;
        }

        path = path[(colon + 1)..];
        return true;
    }

    private static int FindUnquoted(ReadOnlySpan<byte> text, byte wanted)
    {
        var isQuoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == (byte)'\\')
                i++;
            else if (text[i] == (byte)'"')
                isQuoted = !isQuoted;
            else if (text[i] == wanted && !isQuoted)
                return i;
        }

        return -1;
    }
}
