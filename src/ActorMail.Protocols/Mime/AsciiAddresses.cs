using System.Buffers;
using System.Text;
using System.Text.Unicode;
using ActorMail.Protocols.Mail;

namespace ActorMail.Protocols.Mime;

/// <summary>Addresses and domains of one header field with A-labels in place of U-labels (RFC 6857 §3.1.6).</summary>
internal sealed class AsciiAddresses
{
    /// <summary>Domains of a field that are looked at: the rules for each take a while.</summary>
    private const int MaxDomains = 1_000;

    private static readonly SearchValues<byte> NotInAtom = SearchValues.Create(" \t\"(),:;<>@[\\]"u8);

    private int _domains;

    /// <summary>False without a local part in ASCII and a domain that has A-labels.</summary>
    /// <param name="address">Without blanks, comments and angle brackets, in UTF-8.</param>
    /// <param name="ascii">The address; without its route, which nobody may use any more (RFC 5321 App. C).</param>
    public bool TryConvert(ReadOnlySpan<byte> address, out byte[] ascii)
    {
        ascii = [];
        if (address.StartsWith("@"u8) && address.IndexOf((byte)':') is > 0 and var colon)
            address = address[(colon + 1)..];
        var at = address.LastIndexOf((byte)'@');
        if (at < 0 || !IsLocalPart(address[..at]) || !TryConvertDomain(address[(at + 1)..], out var domain))
            return false;

        ascii = [.. address[..(at + 1)], .. domain];
        return true;
    }

    public bool TryConvertDomain(ReadOnlySpan<byte> domain, out byte[] ascii)
    {
        ascii = [];
        if (++_domains > MaxDomains || !Utf8.IsValid(domain)
            || !DomainName.TryParse(Encoding.UTF8.GetString(domain), out var name))
        {
            return false;
        }

        ascii = Encoding.ASCII.GetBytes(name.Value);
        return true;
    }

    /// <summary>Of what people use, more than RFC 5321 allows.</summary>
    private static bool IsLocalPart(ReadOnlySpan<byte> local)
    {
        if (local.IsEmpty || !Ascii.IsValid(local))
            return false;
        return (local.Length > 2 && local[0] == (byte)'"' && local[^1] == (byte)'"') || !local.ContainsAny(NotInAtom);
    }
}
