using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using ActorMail.Protocols.Mail;

namespace ActorMail.Fuzz.Targets;

/// <summary>
/// The grammar of addresses in ASCII, in UTF-8 and as .NET has texts, the names of mailboxes that are made of them, and
/// domains. What one reader takes, the others read alike, and no name is a path.
/// </summary>
internal sealed class AddressesTarget : IFuzzTarget
{
    /// <summary>What means something to a file system, a shell or a pattern.</summary>
    private static readonly SearchValues<char> Special = SearchValues.Create("/\\:*?\"<>|~'`$;&\0");

    public string Name => "addresses";

    public int MaxLength => 400;

    public void Run(ReadOnlySpan<byte> input)
    {
        var isAscii = MailAddress.TryParse(input, out var ascii);
        var isUtf8 = MailAddress.TryParseUtf8(input, out var utf8);
        Property.Holds(!isAscii || (isUtf8 && ascii == utf8), "an address in ASCII is the same one in UTF-8");
        Property.Holds(!isAscii || ascii!.IsAscii, "an address in ASCII is ASCII");
        if (isUtf8)
            AssertAddress(utf8!);

        // Halves of surrogates, too: nobody has checked a text that people typed.
        AssertText(new string(MemoryMarshal.Cast<byte, char>(input)));
        AssertText(Encoding.UTF8.GetString(input));
    }

    private static void AssertAddress(MailAddress address)
    {
        Property.Holds(
            Encoding.UTF8.GetByteCount(address.LocalPart) is >= 1 and <= MailAddress.MaxLocalPartLength, "local part");
        Property.Holds(Encoding.UTF8.GetByteCount(address.Domain) <= MailAddress.MaxDomainLength, "domain");
        Property.Holds(!address.ToString().Any(char.IsControl), "an address has no control character (S2)");
        Property.Holds(MailAddress.TryParse(address.ToString(), out var again), "an address can be written and read");
        Property.Equal(address, again, "an address is the one that was written");
        if (!MailboxName.TryFrom(address, out var name))
            return;

        AssertName(name);
        AssertOneName(address with { Domain = AsciiToUpper(address.Domain) }, name);
        // A mark that becomes a letter (U+0345) stands where it does only once the marks around it are in order.
        var ordered = address.LocalPart.Normalize(NormalizationForm.FormD);
        AssertOneName(address with { LocalPart = ordered }, name);
        AssertOneName(address with { LocalPart = ordered.ToUpperInvariant() }, name);
        if (!address.HasDomain)
            return;

        Property.Holds(DomainName.TryFrom(address, out var domain), "the domain of an address is a domain");
        AssertDomain(domain!);
    }

    /// <summary>A final sigma and another are two letters in domains (RFC 5892), with one upper case.</summary>
    private static string AsciiToUpper(string text) =>
        string.Create(text.Length, text, (upper, source) =>
        {
            for (var i = 0; i < source.Length; i++)
                upper[i] = char.IsAsciiLetterLower(source[i]) ? char.ToUpperInvariant(source[i]) : source[i];
        });

    /// <summary>One account has one mailbox in any letter case and Unicode form (N3).</summary>
    private static void AssertOneName(MailAddress other, MailboxName name)
    {
        if (MailboxName.TryFrom(other, out var same))
            Property.Equal(name, same, "another spelling is the same mailbox");
    }

    /// <summary>A name is a file name in one folder, and of nothing else there (N1, N2, N4).</summary>
    private static void AssertName(MailboxName name)
    {
        var value = name.Value;
        Property.Holds(Encoding.UTF8.GetByteCount(value) is >= 1 and <= MailboxName.MaxLength, "length of a name");
        Property.Holds(!value.AsSpan().ContainsAny(Special), "a name is no path or pattern");
        Property.Holds(!value.Any(it => char.IsControl(it) || char.IsWhiteSpace(it)), "a name can be seen");
        Property.Holds(!value.StartsWith('.') && !value.EndsWith('.'), "a name is not hidden");
        Property.Holds(!value.EndsWith(".lock", StringComparison.Ordinal), "a name is no lock");
        Property.Holds(value.IsNormalized(NormalizationForm.FormC), "a name is in NFC");
        Property.Equal(value, Path.GetFileName(value), "a name has no folder");
        Property.Holds(MailboxName.TryFromValue(value, out var again), "a name can be read back");
        Property.Equal(name, again, "a name is the one that was written");
    }

    private static void AssertText(string text)
    {
        if (MailAddress.TryParse(text, out var address))
            AssertAddress(address);
        if (DomainName.TryParse(text, out var domain))
            AssertDomain(domain);
        if (MailboxName.TryFromValue(text, out var name))
        {
            Property.Equal(text, name.Value, "a file of the mail folder has the name of its mailbox");
            AssertName(name);
        }
    }

    private static void AssertDomain(DomainName domain)
    {
        var value = domain.Value;
        Property.Holds(Ascii.IsValid(value) && value.Length is >= 1 and <= MailAddress.MaxDomainLength, "form");
        Property.Equal(value.ToLowerInvariant(), value, "a domain is in lower case");
        Property.Holds(!value.StartsWith('.') && !value.EndsWith('.'), "a domain has labels");
        Property.Holds(!domain.Contains(domain), "a domain is not below itself");
        Property.Holds(DomainName.TryParse(value, out var again), "a domain can be read back");
        Property.Equal(domain, again, "a domain is the one that was written");
        Property.Holds(DomainName.TryParse(domain.ToUnicode(), out var unicode), "U-labels can be read back");
        Property.Equal(domain, unicode, "U-labels and A-labels are one domain");
    }
}
