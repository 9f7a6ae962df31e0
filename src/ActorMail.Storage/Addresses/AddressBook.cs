using System.Collections.Immutable;
using ActorMail.Protocols.Mail;

namespace ActorMail.Storage.Addresses;

/// <summary>
/// Where mail to any address goes. Never changes once it is made, so any thread may ask; a question costs the same
/// whether there are ten aliases or ten thousand. Tried in this order: another name of a domain, an alias, an account,
/// the same without a detail, postmaster and abuse, the catch-all of the domain.
/// </summary>
public sealed class AddressBook
{
    private const string Postmaster = "postmaster";
    private const string Abuse = "abuse";

    private readonly AddressOptions _options;
    private readonly DomainTable _domains;
    private readonly AliasGraph _aliases;

    private AddressBook(AddressOptions options, DomainTable domains, AliasGraph aliases) =>
        (_options, _domains, _aliases) = (options, domains, aliases);

    public int AliasCount => _aliases.Count;

    /// <summary>A book of the settings and of the entries of a table; with faults, of neither's aliases.</summary>
    public static (AddressBook Book, ImmutableArray<AliasFault> Faults) Make(
        AddressOptions options, ImmutableArray<AliasEntry> entries)
    {
        var domains = new DomainTable(options);
        var (aliases, faults) = AliasGraph.Make(options, domains, options.Aliases.AddRange(entries));
        return (new AddressBook(options, domains, aliases), faults);
    }

    /// <param name="accounts">Null where every address has a mailbox.</param>
    public AddressMatch Find(MailAddress address, KnownAccounts? accounts)
    {
        if (!address.HasDomain)
        {
            if (_options.IsBasic)
                return FindBare(address, accounts);
            if (!Is(address, Postmaster))
                return AddressMatch.Unknown;
        }

        if (!_domains.TryPlace(address, out var own))
            return AddressMatch.NotLocal;

        var found = FindIn(own, accounts);
        if (found is not { Targets.IsEmpty: false })
            found = FindDuty(own, accounts, usesAliases: true) ?? found ?? FindCatchAll(own, accounts);
        return found ?? AddressMatch.Unknown;
    }

    /// <summary>
    /// The aliases, each with what it leads to, in the order in which they were given; for people.
    /// </summary>
    public IEnumerable<(string Name, ImmutableArray<AddressTarget> Targets)> Aliases => _aliases.All;

    /// <summary>
    /// Whether somebody may call an address his own: it is his account, or an alias that leads to him, alone or among
    /// others. That he gets the mail of a domain that nobody else has there makes it nobody's name.
    /// </summary>
    public bool LeadsTo(MailAddress address, MailboxName mailbox, KnownAccounts? accounts)
    {
        var match = Find(address, accounts);
        return match.Kind is AddressMatchKind.Alias or AddressMatchKind.Account
            && match.Targets.Any(target => target.Mailbox == mailbox);
    }

    private static bool Is(MailAddress address, string name) =>
        address.LocalPart.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>A name without a domain is its own mailbox, and no alias or detail changes that.</summary>
    private AddressMatch FindBare(MailAddress address, KnownAccounts? accounts)
    {
        if (!MailboxName.TryFrom(address, out var mailbox))
            return AddressMatch.Unknown;
        if (accounts is null || accounts.Contains(mailbox))
            return Match(AddressMatchKind.Account, [new AddressTarget(address, mailbox)]);
        return FindDuty(address, accounts, usesAliases: true) ?? AddressMatch.Unknown;
    }

    /// <summary>
    /// The alias or account of this name, then of what is left of it without a detail. Where every address has a
    /// mailbox, it is the name without any detail that has it.
    /// </summary>
    private AddressMatch? FindIn(MailAddress address, KnownAccounts? accounts, bool usesAliases = true)
    {
        var readings = AddressDetail.Readings(address, _options.Delimiter);
        for (var i = 0; i < readings.Count; i++)
        {
            var (name, detail) = readings[i];
            if (!MailboxName.TryFrom(name, out var mailbox))
                continue;
            if (usesAliases && _aliases.Find(name, mailbox) is { } alias)
                return Match(AddressMatchKind.Alias, Reach(alias.Targets, accounts), detail);
            if (accounts is null ? i == readings.Count - 1 : accounts.Contains(mailbox))
                return Match(AddressMatchKind.Account, [new AddressTarget(name, mailbox)], detail);
        }

        return null;
    }

    /// <summary>
    /// Abuse is the postmaster's business where nobody else does it, and the postmaster of a domain is that of the
    /// default domain, or the first account, or, before there is any, a mailbox of his own.
    /// </summary>
    private AddressMatch? FindDuty(MailAddress address, KnownAccounts? accounts, bool usesAliases)
    {
        var isAbuse = Is(address, Abuse) && address.HasDomain;
        if (!isAbuse && !Is(address, Postmaster))
            return null;

        var home = new MailAddress(Postmaster, _options.DefaultDomain);
        ImmutableArray<MailAddress> deputies = isAbuse
            ? [home with { LocalPart = Abuse }, address with { LocalPart = Postmaster }, home]
            : [home];
        foreach (var deputy in deputies)
        {
            if (_domains.TryPlace(deputy, out var own)
                && FindIn(own, accounts, usesAliases) is { Targets.IsEmpty: false } match)
            {
                return match with { Kind = AddressMatchKind.Duty };
            }
        }

        if (accounts?.First is { } first)
            return Match(AddressMatchKind.Duty, [first]);
        return accounts is not { IsComplete: false } && MailboxName.TryFrom(home, out var mailbox)
            ? Match(AddressMatchKind.Duty, [new AddressTarget(home, mailbox)])
            : null;
    }

    private AddressMatch? FindCatchAll(MailAddress address, KnownAccounts? accounts) =>
        _aliases.FindCatchAll(address) is { } alias
            ? Match(AddressMatchKind.CatchAll, Reach(alias.Targets, accounts))
            : null;

    /// <summary>
    /// The mailboxes of the accounts that targets are, each with or without its detail; a target without an account
    /// that is a postmaster leads to his deputy. The others are left out.
    /// </summary>
    private ImmutableArray<AddressTarget> Reach(ImmutableArray<AddressTarget> targets, KnownAccounts? accounts)
    {
        if (accounts is null && _options.Delimiter.Length == 0)
            return targets;

        var known = new HashSet<MailboxName>(targets.Length);
        var reached = ImmutableArray.CreateBuilder<AddressTarget>(targets.Length);
        foreach (var target in targets)
        {
            var match = FindIn(target.Address, accounts, usesAliases: false)
                ?? FindDuty(target.Address, accounts, usesAliases: false);
            foreach (var found in match?.Targets ?? [])
            {
                if (known.Add(found.Mailbox))
                    reached.Add(found);
            }
        }

        return reached.ToImmutable();
    }

    /// <summary>An alias whose targets have all gone is nobody's, and no catch-all takes its mail.</summary>
    private static AddressMatch Match(
        AddressMatchKind kind, ImmutableArray<AddressTarget> targets, string detail = "") =>
        targets.IsEmpty ? AddressMatch.Unknown : new AddressMatch(kind, targets, detail);
}
