using System.Diagnostics.CodeAnalysis;
using ActorMail.Protocols.Mail;

namespace ActorMail.Actors.Smtp;

/// <summary>
/// An address that an account may use besides its own: one, or every address of a domain, or any at all. Letter case
/// and the form of a domain (U-labels or A-labels) do not matter, as for mailboxes.
/// </summary>
public sealed record ExtraSender
{
    public const string Examples =
        "such as \"bob@example.org sales@example.org\", \"bob@example.org *@example.net\" or \"bob@example.org *\"";

    private const string AnyAddress = "*";

    private readonly MailboxName _account;
    private readonly MailboxName? _address;
    private readonly DomainName? _domain;

    private ExtraSender(MailboxName account, MailboxName? address, DomainName? domain) =>
        (_account, _address, _domain) = (account, address, domain);

    /// <summary>Reads the account, blanks, and the address.</summary>
    /// <param name="defaultDomain">Of an account that is given without one; null where names are mailboxes.</param>
    public static bool TryParse(string text, string? defaultDomain, [NotNullWhen(true)] out ExtraSender? extra)
    {
        extra = null;
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is not [var name, var sender] || !TryFind(name, defaultDomain ?? "", out var account))
            return false;

        extra = sender switch
        {
            AnyAddress => new ExtraSender(account, address: null, domain: null),
            ['*', '@', .. var wanted] when DomainName.TryParse(wanted, out var domain)
                => new ExtraSender(account, address: null, domain),
            ['*', ..] => null,
            _ when TryFind(sender, domain: null, out var address) => new ExtraSender(account, address, domain: null),
            _ => null,
        };
        return extra is not null;
    }

    public bool Permits(LoginIdentity login, MailAddress sender)
    {
        if (login.Mailbox != _account || !MailboxName.TryFrom(sender, out var address))
            return false;

        if (_address is { } only)
            return address == only;
        return _domain is null || (DomainName.TryFrom(sender, out var domain) && domain == _domain);
    }

    /// <param name="domain">Of an address without one; null if it must have one.</param>
    private static bool TryFind(string text, string? domain, out MailboxName mailbox)
    {
        mailbox = default;
        if (!MailAddress.TryParse(text, out var address) || (domain is null && !address.HasDomain))
            return false;

        return MailboxName.TryFrom(address.HasDomain ? address : address with { Domain = domain ?? "" }, out mailbox);
    }
}
