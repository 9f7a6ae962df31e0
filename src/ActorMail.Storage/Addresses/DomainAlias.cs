using System.Diagnostics.CodeAnalysis;
using ActorMail.Protocols.Mail;

namespace ActorMail.Storage.Addresses;

/// <summary>
/// Another name of a domain: each address of <paramref name="Name"/>, or of everything below it, is the one with the
/// same local part in <paramref name="Domain"/>.
/// </summary>
public sealed record DomainAlias(DomainName Name, bool IsBelow, DomainName Domain)
{
    public const string Examples = "such as \"example.net example.org\" or \"*.example.org example.org\"";

    public static bool TryParse(string text, [NotNullWhen(true)] out DomainAlias? alias)
    {
        alias = null;
        if (text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var from, var to])
            return false;

        var isBelow = from.StartsWith("*.", StringComparison.Ordinal);
        if (!DomainName.TryParse(isBelow ? from[2..] : from, out var name) || !DomainName.TryParse(to, out var domain)
            || (isBelow && name.IsLiteral))
        {
            return false;
        }

        alias = new DomainAlias(name, isBelow, domain);
        return true;
    }

    public override string ToString() => $"{(IsBelow ? "*." : "")}{Name} {Domain}";
}
