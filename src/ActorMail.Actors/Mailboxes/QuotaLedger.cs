using ActorMail.Protocols.Mail;
using ActorMail.Storage.Accounts;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Actors.Mailboxes;

/// <summary>
/// What mailboxes and domains hold, and whether there is room for more: shared by all mailbox actors, each of which says
/// what its mailbox holds with all that is on its way. What one was promised, no other gets. Its only lock is held for
/// as long as two numbers are added, and not at all where there is no quota.
/// </summary>
public sealed class QuotaLedger
{
    private readonly QuotaLimit _ofAll;
    private readonly Dictionary<string, Holding> _domains;
    private readonly Dictionary<MailboxName, Holding> _mailboxes = [];
    private readonly Lock _lock = new();
    private volatile Func<MailboxName, AccountQuota?>? _ofAccounts;

    public QuotaLedger(QuotaOptions options)
    {
        _ofAll = options.Account;
        _domains = options.Domains.ToDictionary(
            quota => DomainPart(quota.Domain), quota => new Holding { Limit = quota.Limit });
    }

    /// <summary>Whether what closed mailboxes hold has to be known from the beginning.</summary>
    public bool HasDomains => _domains.Count > 0;

    /// <summary>Takes what accounts say of their own quotas; null for one that is not there.</summary>
    public void Publish(Func<MailboxName, AccountQuota?> ofAccounts) => _ofAccounts = ofAccounts;

    public QuotaLimit LimitOf(MailboxName mailbox) => _ofAccounts?.Invoke(mailbox) is { } own
        ? _ofAll.With(own)
        : _ofAll;

    /// <summary>What is known to be there; null if nobody has said so since its actor left.</summary>
    public MailboxUsage? UsageOf(MailboxName mailbox)
    {
        lock (_lock)
            return _mailboxes.TryGetValue(mailbox, out var holding) && holding.IsKnown ? holding.Usage : null;
    }

    /// <summary>Takes room for a message that has its place; null if there was room.</summary>
    /// <param name="after">What the mailbox holds with it.</param>
    /// <param name="octets">Of the message.</param>
    public AppendFault? TryTake(MailboxName mailbox, MailboxUsage after, long octets)
    {
        var (limit, domain) = (LimitOf(mailbox), DomainOf(mailbox));
        if (limit.IsNone && domain is null)
            return null;

        lock (_lock)
        {
            var holding = HoldingOf(mailbox);
            var total = domain is null ? default : Plus(domain.Usage, holding.Usage, after);
            var fault = Exceeds(limit, after, octets) ?? (domain is null ? null : Exceeds(domain.Limit, total, octets));
            if (fault is null)
                Move(holding, domain, after);
            return fault;
        }
    }

    /// <summary>
    /// Whether a message may come, as far as anybody can tell before it is there; null if it may.
    /// </summary>
    /// <param name="size">As its sender declared it; null if he did not.</param>
    public AppendFault? Foresee(MailboxName mailbox, long? size)
    {
        var (limit, domain) = (LimitOf(mailbox), DomainOf(mailbox));
        if (limit.IsNone && domain is null)
            return null;

        // A message has one octet at least.
        var octets = Math.Max(size ?? 1, 1);
        var more = new MailboxUsage(octets, 1);
        lock (_lock)
        {
            var known = _mailboxes.TryGetValue(mailbox, out var holding) && holding.IsKnown ? holding.Usage : default;
            return Exceeds(limit, Plus(known, default, more), octets)
                ?? (domain is null ? null : Exceeds(domain.Limit, Plus(domain.Usage, default, more), octets));
        }
    }

    /// <summary>Says what a mailbox holds now, with all that is on its way.</summary>
    public void Set(MailboxName mailbox, MailboxUsage usage)
    {
        var domain = DomainOf(mailbox);
        if (domain is null && LimitOf(mailbox).IsNone)
            return;

        lock (_lock)
            Move(HoldingOf(mailbox), domain, usage);
    }

    /// <summary>
    /// Nobody looks at the mailbox any more, so that another program may empty it: its domain goes on counting it, but
    /// nobody is refused for it before it is opened.
    /// </summary>
    public void Leave(MailboxName mailbox)
    {
        var isCounted = DomainOf(mailbox) is not null;
        lock (_lock)
        {
            if (isCounted && _mailboxes.TryGetValue(mailbox, out var holding))
                holding.IsKnown = false;
            else
                _mailboxes.Remove(mailbox);
        }
    }

    private static AppendFault? Exceeds(QuotaLimit limit, MailboxUsage usage, long octets)
    {
        if (limit.Octets > 0 && octets > limit.Octets)
            return AppendFault.LargerThanQuota;
        return (limit.Octets > 0 && usage.Octets > limit.Octets)
            || (limit.Messages > 0 && usage.Messages > limit.Messages)
            ? AppendFault.OverQuota
            : null;
    }

    private static MailboxUsage Plus(MailboxUsage total, MailboxUsage before, MailboxUsage after) =>
        new(total.Octets - before.Octets + after.Octets, total.Messages - before.Messages + after.Messages);

    private static void Move(Holding mailbox, Holding? domain, MailboxUsage usage)
    {
        if (domain is not null)
            domain.Usage = Plus(domain.Usage, mailbox.Usage, usage);
        (mailbox.Usage, mailbox.IsKnown) = (usage, true);
    }

    private static string DomainPart(DomainName domain) =>
        MailboxName.TryFrom(new MailAddress("x", domain.Value), out var name) ? DomainPart(name) : domain.Value;

    private static string DomainPart(MailboxName mailbox) =>
        mailbox.Value[(mailbox.Value.IndexOf('@', StringComparison.Ordinal) + 1)..];

    private Holding? DomainOf(MailboxName mailbox) =>
        _domains.Count > 0 && _domains.TryGetValue(DomainPart(mailbox), out var domain) ? domain : null;

    private Holding HoldingOf(MailboxName mailbox)
    {
        if (!_mailboxes.TryGetValue(mailbox, out var holding))
            _mailboxes.Add(mailbox, holding = new Holding());
        return holding;
    }

    private sealed class Holding
    {
        public QuotaLimit Limit { get; init; }

        public MailboxUsage Usage { get; set; }

        public bool IsKnown { get; set; }
    }
}
