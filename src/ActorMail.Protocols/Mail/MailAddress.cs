using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace ActorMail.Protocols.Mail;

/// <summary>
/// An address as it was given (RFC 5321 §4.1.2): <paramref name="LocalPart"/> is what a quoted spelling means, without
/// its quotes, and keeps its case; <paramref name="Domain"/> is a name or a literal in brackets as it was typed, or
/// empty where none was given. Comparing is the business of <see cref="MailboxName"/>.
/// </summary>
public sealed record MailAddress(string LocalPart, string Domain)
{
    /// <summary>RFC 5321 §4.5.3.1.1, in octets.</summary>
    public const int MaxLocalPartLength = 64;

    /// <summary>RFC 5321 §4.5.3.1.2, in octets.</summary>
    public const int MaxDomainLength = 255;

    public bool HasDomain => Domain.Length > 0;

    /// <summary>False for an address that only SMTPUTF8 can carry (RFC 6531).</summary>
    public bool IsAscii => Ascii.IsValid(LocalPart) && Ascii.IsValid(Domain);

    /// <summary>
    /// Reads an address without angle brackets, and with or without a domain. False for anything that is not one,
    /// octets above 127 included.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, [NotNullWhen(true)] out MailAddress? address) =>
        MailAddressParser.TryParse(text, out address);

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, out MailAddress?)"/>
    public static bool TryParse(string text, [NotNullWhen(true)] out MailAddress? address) =>
        MailAddressParser.TryParse(Encoding.UTF8.GetBytes(text), out address);

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
