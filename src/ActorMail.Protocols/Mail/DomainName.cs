using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace ActorMail.Protocols.Mail;

/// <summary>
/// A domain or address literal in the one form that it is compared by: lower case, and A-labels in place of U-labels
/// (RFC 5891 §3.1, RFC 5321 §2.4). Two are equal as a whole or not at all.
/// </summary>
public sealed record DomainName
{
    private DomainName(string value) => Value = value;

    /// <summary>ASCII, in lower case.</summary>
    public string Value { get; }

    public bool IsLiteral => Value.StartsWith('[');

    /// <summary>
    /// Takes <c>bücher.example</c>, <c>xn--bcher-kva.example</c> and <c>[192.0.2.1]</c>; no dot at an end.
    /// </summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out DomainName? domain)
    {
        domain = null;
        if (text.Length > MailAddress.MaxDomainLength || !InternationalDomain.TryToAscii(text, out var ascii)
            || !MailAddressParser.IsDomainOrLiteral(Encoding.ASCII.GetBytes(ascii)))
        {
            return false;
        }

        domain = new DomainName(ascii);
        return true;
    }

    /// <summary>The domain of an address; false for an address without one.</summary>
    public static bool TryFrom(MailAddress address, [NotNullWhen(true)] out DomainName? domain) =>
        TryParse(address.Domain, out domain);

    /// <summary>True for a domain that ends with this one and has labels before it.</summary>
    public bool Contains(DomainName other) =>
        !IsLiteral && !other.IsLiteral && other.Value.Length > Value.Length + 1
        && other.Value.EndsWith(Value, StringComparison.Ordinal) && other.Value[^(Value.Length + 1)] == '.';

    /// <summary>As people read it, with U-labels; A-labels that say nothing valid stay.</summary>
    public string ToUnicode() => InternationalDomain.ToUnicode(Value);

    public override string ToString() => Value;
}
