using System.Net;
using System.Text;
using ActorMail.Actors.Net;
using ActorMail.Protocols.Mail;

namespace ActorMail.Actors.Policy;

/// <summary>Refuses clients by the name that they give in HELO and EHLO, where a setting wants it.</summary>
/// <param name="domains">Those that mail is taken for; <c>*</c> names none.</param>
public sealed class HeloRules(HeloCheck check, NetworkSet exempt, string hostname, IReadOnlyCollection<string> domains)
{
    private const string Setting = "(policy.helo)";
    private const string IPv6Prefix = "IPv6:";

    /// <summary>The text of the refusal, which names the setting; null if the name will do.</summary>
    public string? Refuse(string name, IPAddress client)
    {
        if (check is HeloCheck.Off || exempt.Contains(client))
            return null;

        var isLiteral = name.StartsWith('[');
        if (!MailAddressParser.IsDomainOrLiteralUtf8(Encoding.UTF8.GetBytes(name))
            || (!isLiteral && !name.Contains('.', StringComparison.Ordinal)))
        {
            return $"Give your whole name, such as mail.example.org, or an address literal {Setting}";
        }

        if (check is HeloCheck.Valid)
            return null;
        if (isLiteral)
            return IsOf(name[1..^1], client) ? null : $"{name} is not the address that you come from {Setting}";

        return IsOurs(name) ? $"{name} is a name of ours, not yours {Setting}" : null;
    }

    private bool IsOurs(string name) =>
        name.Equals(hostname, StringComparison.OrdinalIgnoreCase)
        || domains.Any(domain => name.Equals(domain, StringComparison.OrdinalIgnoreCase));

    private static bool IsOf(string literal, IPAddress client)
    {
        var text = literal.StartsWith(IPv6Prefix, StringComparison.OrdinalIgnoreCase)
            ? literal[IPv6Prefix.Length..]
            : literal;
        return IPAddress.TryParse(text, out var address)
            && ClientNetwork.Plain(address).Equals(ClientNetwork.Plain(client));
    }
}
