using System.Globalization;
using System.Text;

namespace ActorMail.Protocols.Mail;

/// <summary>
/// The two forms of one domain: U-labels in Unicode and A-labels in ASCII (RFC 5890 §2.3.2.1). What the mapping of .NET
/// (UTS 46, non-transitional: ß and ς stay letters of their own) would take and change is refused, except for letter
/// case and Unicode form: no wide letter, ideographic full stop or soft hyphen stands for something else.
/// </summary>
internal static class InternationalDomain
{
    private const string AsciiPrefix = "xn--";

    private static readonly IdnMapping Mapping = new() { UseStd3AsciiRules = true };

    /// <summary>In lower case, and with A-labels. Of a domain in ASCII only the case changes, whatever it is.</summary>
    public static bool TryToAscii(string domain, out string ascii)
    {
        ascii = domain;
        if (Ascii.IsValid(domain))
        {
            ascii = domain.ToLowerInvariant();
            return true;
        }

        if (Encoding.UTF8.GetByteCount(domain) > MailAddress.MaxDomainLength
            || !PrecisClass.TryNormalize(domain, out var normal)
            || !PrecisClass.TryNormalize(normal.ToLowerInvariant(), out var folded)
            || !AreLabels(folded) || !TryMap(folded, out ascii, out var unicode))
        {
            return false;
        }

        return IsSame(folded, unicode) && AreLabels(unicode) && BidiRule.Holds(unicode)
            && MailAddressParser.IsDomain(Encoding.ASCII.GetBytes(ascii));
    }

    /// <summary>With U-labels; a domain that has none, or whose A-labels are wrong, stays as it is.</summary>
    public static string ToUnicode(string ascii)
    {
        if (!ascii.Contains(AsciiPrefix, StringComparison.Ordinal) || !TryDecode(ascii, out var unicode))
            return ascii;
        return TryToAscii(unicode, out var again) && again == ascii ? unicode : ascii;
    }

    /// <summary>Letters, digits and hyphens as IDNA has them (RFC 5892), which are those of names (RFC 8264).</summary>
    private static bool AreLabels(string domain)
    {
        foreach (var label in domain.Split('.'))
        {
            if (!Ascii.IsValid(label) && (!PrecisClass.IsIdentifier(label) || label.Any(IsOtherAscii)))
                return false;
        }

        return true;
    }

    private static bool IsOtherAscii(char character) =>
        char.IsAscii(character) && !char.IsAsciiLetterOrDigit(character) && character != '-';

    /// <summary>Labels that were A-labels already are compared by nothing: they have been read as they are.</summary>
    private static bool IsSame(string folded, string unicode)
    {
        var (given, mapped) = (folded.Split('.'), unicode.Split('.'));
        return given.Length == mapped.Length && given.Zip(mapped).All(
            pair => pair.First == pair.Second || pair.First.StartsWith(AsciiPrefix, StringComparison.Ordinal));
    }

    private static bool TryMap(string domain, out string ascii, out string unicode)
    {
        (ascii, unicode) = ("", "");
        try
        {
            ascii = Mapping.GetAscii(domain).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return false;
        }

        return TryDecode(ascii, out unicode);
    }

    private static bool TryDecode(string ascii, out string unicode)
    {
        unicode = "";
        try
        {
            unicode = Mapping.GetUnicode(ascii);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
