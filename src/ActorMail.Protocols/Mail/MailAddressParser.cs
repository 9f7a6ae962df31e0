using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Unicode;

namespace ActorMail.Protocols.Mail;

/// <summary>
/// The grammar of RFC 5321 §4.1.2 and §4.1.3, and of RFC 6531 §3.3 where UTF-8 may stand: on octets, without regular
/// expressions or recursion.
/// </summary>
public static class MailAddressParser
{
    private const int MaxLabelLength = 63;
    private const int ZeroWidthNonJoiner = 0x200C;
    private const int ZeroWidthJoiner = 0x200D;

    private static readonly SearchValues<byte> AtomText =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~"u8);

    private static readonly SearchValues<byte> AtomTextUtf8 =
        SearchValues.Create([.. "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~"u8,
            .. Enumerable.Range(0x80, 0x80).Select(octet => (byte)octet)]);

    private static readonly SearchValues<byte> LetterOrDigitOrHyphen =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"u8);

    private static readonly SearchValues<byte> IPv6Octets = SearchValues.Create("0123456789abcdefABCDEF:."u8);

    /// <summary>
    /// Reads <c>local-part [ "@" ( domain / address-literal ) ]</c> and nothing behind it, in ASCII.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, [NotNullWhen(true)] out MailAddress? address) =>
        TryParse(text, isUtf8: false, out address);

    /// <summary>
    /// The same with UTF-8 in local part and domain (RFC 6531 §3.3). Invalid and overlong UTF-8 is refused, and what
    /// people cannot tell apart from nothing: controls, separators, noncharacters, code points nobody has assigned.
    /// </summary>
    public static bool TryParseUtf8(ReadOnlySpan<byte> text, [NotNullWhen(true)] out MailAddress? address)
    {
        address = null;
        return Utf8.IsValid(text) && TryParse(text, isUtf8: true, out address);
    }

    /// <summary>True for <c>Atom *("." Atom)</c>, which needs no quotes.</summary>
    public static bool IsDotString(string text) =>
        text.Length > 0 && IsDotString(Encoding.UTF8.GetBytes(text), AtomTextUtf8);

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
    /// The same with U-labels (RFC 6531 §3.3), for which the limits hold both as UTF-8 and as A-labels.
    /// </summary>
    public static bool IsDomainUtf8(ReadOnlySpan<byte> text) =>
        IsDomain(text)
        || (text.Length <= MailAddress.MaxDomainLength && !Ascii.IsValid(text) && Utf8.IsValid(text)
            && InternationalDomain.TryToAscii(Encoding.UTF8.GetString(text), out _));

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

    public static bool IsDomainOrLiteralUtf8(ReadOnlySpan<byte> text) => IsDomainOrLiteral(text) || IsDomainUtf8(text);

    private static bool TryParse(ReadOnlySpan<byte> text, bool isUtf8, [NotNullWhen(true)] out MailAddress? address)
    {
        address = null;
        if (!TryReadLocalPart(text, isUtf8, out var local, out var used))
            return false;

        var rest = text[used..];
        if (rest.IsEmpty)
        {
            address = new MailAddress(local, "");
            return true;
        }

        if (rest[0] != (byte)'@' || !(isUtf8 ? IsDomainOrLiteralUtf8(rest[1..]) : IsDomainOrLiteral(rest[1..])))
            return false;

        address = new MailAddress(local, Encoding.UTF8.GetString(rest[1..]));
        return true;
    }

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
            // .NET reads a number also where NULs stand behind it.
            if (part.Length is 0 or > 3 || ++count > 4 || part.ContainsAnyExceptInRange((byte)'0', (byte)'9')
                || !byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                return false;
            }
        }

        return count == 4;
    }

    private static bool IsDotString(ReadOnlySpan<byte> text, SearchValues<byte> atomText)
    {
        foreach (var range in text.Split((byte)'.'))
        {
            var atom = text[range];
            if (atom.IsEmpty || atom.ContainsAnyExcept(atomText))
                return false;
        }

        return true;
    }

    private static bool TryReadLocalPart(ReadOnlySpan<byte> text, bool isUtf8, out string local, out int used)
    {
        (local, used) = ("", 0);
        if (text.IsEmpty)
            return false;

        if (text[0] == (byte)'"')
            return TryReadQuoted(text, isUtf8, out local, out used);

        var at = text.IndexOf((byte)'@');
        var spelling = at < 0 ? text : text[..at];
        if (spelling.Length is 0 or > MailAddress.MaxLocalPartLength
            || !IsDotString(spelling, isUtf8 ? AtomTextUtf8 : AtomText))
        {
            return false;
        }

        (local, used) = (Encoding.UTF8.GetString(spelling), spelling.Length);
        return IsVisible(local);
    }

    /// <summary>
    /// Blanks, printable ASCII and UTF-8, a backslash before ASCII only (RFC 6531 §3.3); never empty, no control.
    /// </summary>
    private static bool TryReadQuoted(ReadOnlySpan<byte> text, bool isUtf8, out string local, out int used)
    {
        (local, used) = ("", 0);
        Span<byte> meaning = stackalloc byte[MailAddress.MaxLocalPartLength];
        var length = 0;
        for (var i = 1; i < text.Length; i++)
        {
            var octet = text[i];
            if (octet == (byte)'"')
            {
                (local, used) = (Encoding.UTF8.GetString(meaning[..length]), i + 1);
                return length > 0 && IsVisible(local);
            }

            var isEscaped = octet == (byte)'\\';
            if (isEscaped && ++i == text.Length)
                return false;
            octet = text[i];
            var isText = octet is >= 0x20 and <= 0x7E || (octet >= 0x80 && isUtf8 && !isEscaped);
            if (!isText || length == meaning.Length)
                return false;
            meaning[length++] = octet;
        }

        return false;
    }

    /// <summary>
    /// False for what looks like nothing or like something else and would still be another mailbox. The two joiners are
    /// letters of some scripts. How an unassigned code point is to be folded, nobody knows yet.
    /// </summary>
    private static bool IsVisible(string local)
    {
        if (Ascii.IsValid(local))
            return true;

        foreach (var rune in local.EnumerateRunes())
        {
            var isWrong = !rune.IsAscii && Rune.GetUnicodeCategory(rune) switch
            {
                _ when rune == Rune.ReplacementChar => true,
                UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                    or UnicodeCategory.SpaceSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate
                    or UnicodeCategory.OtherNotAssigned => true,
                UnicodeCategory.Format => rune.Value is not (ZeroWidthNonJoiner or ZeroWidthJoiner),
                _ => false,
            };
            if (isWrong)
                return false;
        }

        return true;
    }
}
