using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorMail.Protocols.Mail;

/// <summary>The grammar of RFC 5321 §4.1.2 and §4.1.3, on octets, without regular expressions or recursion.</summary>
public static class MailAddressParser
{
    private const int MaxLabelLength = 63;

    private static readonly SearchValues<byte> AtomText =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~"u8);

    private static readonly SearchValues<byte> LetterOrDigitOrHyphen =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"u8);

    private static readonly SearchValues<byte> IPv6Octets = SearchValues.Create("0123456789abcdefABCDEF:."u8);

    /// <summary>Reads <c>local-part [ "@" ( domain / address-literal ) ]</c> and nothing behind it.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, [NotNullWhen(true)] out MailAddress? address)
    {
        address = null;
        if (!TryReadLocalPart(text, out var local, out var used))
            return false;

        var rest = text[used..];
        if (rest.IsEmpty)
        {
            address = new MailAddress(local, "");
            return true;
        }

        if (rest[0] != (byte)'@' || !IsDomainOrLiteral(rest[1..]))
            return false;

        address = new MailAddress(local, Encoding.ASCII.GetString(rest[1..]));
        return true;
    }

    /// <summary>True for <c>Atom *("." Atom)</c>, which needs no quotes.</summary>
    public static bool IsDotString(string text) =>
        text.Length > 0 && IsDotString(Encoding.UTF8.GetBytes(text));

    /// <summary>True for a host name of letters, digits and hyphens: no underscore, no dot at either end.</summary>
    public static bool IsDomain(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > MailAddress.MaxDomainLength)
            return false;

        foreach (var range in text.Split((byte)'.'))
        {
            var label = text[range];
            if (label.Length is 0 or > MaxLabelLength || label[0] == (byte)'-' || label[^1] == (byte)'-'
                || label.ContainsAnyExcept(LetterOrDigitOrHyphen))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// True for <c>[192.0.2.1]</c> and <c>[IPv6:2001:db8::1]</c>. No other kind of literal is in use.
    /// </summary>
    public static bool IsAddressLiteral(ReadOnlySpan<byte> text)
    {
        if (text is not [(byte)'[', .. var inner, (byte)']'] || !Ascii.IsValid(inner))
            return false;

        var isIPv6 = inner.Length > 5 && Ascii.EqualsIgnoreCase(inner[..5], "IPv6:"u8);
        return isIPv6 ? IsIPv6(inner[5..]) : IsDottedQuad(inner);
    }

    public static bool IsDomainOrLiteral(ReadOnlySpan<byte> text) =>
        IsDomain(text) || (text.Length <= MailAddress.MaxDomainLength && IsAddressLiteral(text));

    /// <summary>IPAddress also takes scopes, prefixes, brackets, ports and other bases; the RFC does not.</summary>
    private static bool IsIPv6(ReadOnlySpan<byte> text) =>
        !text.ContainsAnyExcept(IPv6Octets)
        && IPAddress.TryParse(Encoding.ASCII.GetString(text), out var address)
        && address.AddressFamily is AddressFamily.InterNetworkV6;

    private static bool IsDottedQuad(ReadOnlySpan<byte> text)
    {
        var count = 0;
        foreach (var range in text.Split((byte)'.'))
        {
            var part = text[range];
            if (part.Length is 0 or > 3 || ++count > 4
                || !byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                return false;
            }
        }

        return count == 4;
    }

    private static bool IsDotString(ReadOnlySpan<byte> text)
    {
        foreach (var range in text.Split((byte)'.'))
        {
            var atom = text[range];
            if (atom.IsEmpty || atom.ContainsAnyExcept(AtomText))
                return false;
        }

        return true;
    }

    private static bool TryReadLocalPart(ReadOnlySpan<byte> text, out string local, out int used)
    {
        (local, used) = ("", 0);
        if (text.IsEmpty)
            return false;

        if (text[0] == (byte)'"')
            return TryReadQuoted(text, out local, out used);

        var at = text.IndexOf((byte)'@');
        var spelling = at < 0 ? text : text[..at];
        if (spelling.Length is 0 or > MailAddress.MaxLocalPartLength || !IsDotString(spelling))
            return false;

        (local, used) = (Encoding.ASCII.GetString(spelling), spelling.Length);
        return true;
    }

    /// <summary>
    /// Blanks and printable ASCII only, a backslash before any of them; never empty, no control character.
    /// </summary>
    private static bool TryReadQuoted(ReadOnlySpan<byte> text, out string local, out int used)
    {
        (local, used) = ("", 0);
        var meaning = new StringBuilder();
        for (var i = 1; i < text.Length; i++)
        {
            var octet = text[i];
            if (octet == (byte)'"')
            {
                (local, used) = (meaning.ToString(), i + 1);
                return meaning.Length is > 0 and <= MailAddress.MaxLocalPartLength;
            }

            if (octet == (byte)'\\')
            {
                if (++i == text.Length)
                    return false;
                octet = text[i];
            }

            if (octet is < 0x20 or > 0x7E)
                return false;
            meaning.Append((char)octet);
        }

        return false;
    }
}
