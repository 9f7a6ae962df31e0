using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace ActorMail.Protocols.Mail;

/// <summary>
/// An address as it was given (RFC 5321 §4.1.2): <paramref name="LocalPart"/> is what a quoted spelling means, without
/// its quotes, and keeps its case; <paramref name="Domain"/> is a name or a literal in brackets as it was typed, or
/// empty where none was given. Both may hold any Unicode that RFC 6531 §3.3 permits. Comparing is the business of
/// <see cref="MailboxName"/> and <see cref="DomainName"/>.
/// </summary>
public sealed record MailAddress(string LocalPart, string Domain)
{
    /// <summary>RFC 5321 §4.5.3.1.1, in octets of UTF-8.</summary>
    public const int MaxLocalPartLength = 64;

    /// <summary>RFC 5321 §4.5.3.1.2, in octets of UTF-8.</summary>
    public const int MaxDomainLength = 255;

    public bool HasDomain => Domain.Length > 0;

    /// <summary>It can be sent to a server that knows nothing of SMTPUTF8 (RFC 6531 §3.2).</summary>
    public bool IsAscii => Ascii.IsValid(LocalPart) && Ascii.IsValid(Domain);

    /// <summary>
    /// Reads an address without angle brackets, and with or without a domain, in ASCII. False for anything that is not
    /// one, octets above 127 included.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, [NotNullWhen(true)] out MailAddress? address) =>
        MailAddressParser.TryParse(text, out address);

    /// <summary>
    /// The same with UTF-8, where both sides have agreed on it (RFC 6531 §3.3).
    /// </summary>
    public static bool TryParseUtf8(ReadOnlySpan<byte> text, [NotNullWhen(true)] out MailAddress? address) =>
        MailAddressParser.TryParseUtf8(text, out address);

    /// <summary>
    /// An address that people typed, or that stands in a file: any Unicode that RFC 6531 permits.
    /// </summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out MailAddress? address)
    {
        address = null;
        var octets = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        return Utf8.FromUtf16(text, octets, out _, out var length, replaceInvalidSequences: false)
                is OperationStatus.Done
            && MailAddressParser.TryParseUtf8(octets.AsSpan(0, length), out address);
    }

    /// <summary>The address as a command or a header field has it, quoted where it has to be.</summary>
    public override string ToString()
    {
        var local = MailAddressParser.IsDotString(LocalPart) ? LocalPart : Quote(LocalPart);
        return HasDomain ? $"{local}@{Domain}" : local;
    }

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var character in text)
            quoted.Append(character is '"' or '\\' ? "\\" : "").Append(character);
        return quoted.Append('"').ToString();
    }
}
