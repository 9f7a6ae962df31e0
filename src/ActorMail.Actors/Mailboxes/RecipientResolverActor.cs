using ActorMail.Protocols.Mail;
using ActorMail.Storage.Accounts;
using Akka.Actor;
using Akka.Event;

namespace ActorMail.Actors.Mailboxes;

/// <summary>
/// Answers <see cref="RecipientProtocol.ResolveRecipient"/>. Domains are compared whole (RFC 5321 §2.4). Postmaster has
/// a mailbox in each of our domains (RFC 5321 §4.5.1); where the accounts have none, it is that of the default domain's
/// postmaster, and else of the first account in the file; without any account it is postmaster's own.
/// </summary>
public sealed class RecipientResolverActor(RecipientOptions options, TimeProvider time) : UntypedActor
{
    private const string Postmaster = "postmaster";

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly HashSet<string> _domains = new(options.Domains, StringComparer.OrdinalIgnoreCase);
    private readonly AccountFile? _accounts =
        options.AccountsFile is null ? null : new AccountFile(options.AccountsFile, time);

    private string? _fault;

    public static Props CreateProps(RecipientOptions options, TimeProvider time) =>
        Props.Create(() => new RecipientResolverActor(options, time));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case RecipientProtocol.ResolveRecipient(var address):
                Sender.Tell(Resolve(address));
                break;

            default:
                Unhandled(message);
                break;
        }
    }

    private static bool IsPostmaster(MailAddress address) =>
        address.LocalPart.Equals(Postmaster, StringComparison.OrdinalIgnoreCase);

    private object Resolve(MailAddress address)
    {
        if (address.HasDomain && !_domains.Contains("*")
            && !(DomainName.TryFrom(address, out var domain) && _domains.Contains(domain.Value)))
        {
            return new RecipientProtocol.RecipientNotLocal(address);
        }

        var whole = !address.HasDomain && !options.IsBasic && IsPostmaster(address)
            ? address with { Domain = options.DefaultDomain }
            : address;
        if ((!whole.HasDomain && !options.IsBasic) || !MailboxName.TryFrom(whole, out var mailbox))
            return new RecipientProtocol.RecipientUnknown(address);

        return _accounts is null
            ? new RecipientProtocol.RecipientResolved(address, [mailbox])
            : ResolveAccount(_accounts, address, mailbox);
    }

    private object ResolveAccount(AccountFile accounts, MailAddress address, MailboxName mailbox)
    {
        var isCurrent = accounts.TryRefresh(out var fault);
        if (!isCurrent && fault != _fault)
            _log.Warning("The accounts cannot be read: {Fault}", fault);
        _fault = fault;

        var account = accounts.Find(mailbox) ?? (IsPostmaster(address) ? FindPostmaster(accounts) : null);
        if (account is not null)
            return new RecipientProtocol.RecipientResolved(address, [account.Mailbox]);

        // An account that is not there may be in the file that cannot be read.
        if (!isCurrent)
            return new RecipientProtocol.RecipientNotResolved(address);

        return IsPostmaster(address) && TryNamePostmaster(out var postmaster)
            ? new RecipientProtocol.RecipientResolved(address, [postmaster])
            : new RecipientProtocol.RecipientUnknown(address);
    }

    private Account? FindPostmaster(AccountFile accounts) =>
        TryNamePostmaster(out var mailbox) && accounts.Find(mailbox) is { } postmaster
            ? postmaster
            : accounts.All.Count > 0 ? accounts.All[0] : null;

    private bool TryNamePostmaster(out MailboxName mailbox) =>
        MailboxName.TryFrom(new MailAddress(Postmaster, options.DefaultDomain), out mailbox);
}
