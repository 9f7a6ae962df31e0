using ActorMail.Actors.Mailboxes;
using ActorMail.Protocols.Mail;
using ActorMail.Server.Configuration;
using ActorMail.Storage.Accounts;
using ActorMail.Storage.Addresses;

namespace ActorMail.Server.Cli;

/// <summary>
/// <c>actormail address</c>: where mail to an address goes, by the settings and files as they are; and what
/// <c>check-config</c> has to say of the aliases. No server is asked.
/// </summary>
internal sealed class AddressCommand(ServerSettings settings, Terminal terminal)
{
    private readonly AliasFile _aliases = new(settings.Recipients.ToAddressOptions(), TimeProvider.System);

    public int Show(string text)
    {
        if (!MailAddress.TryParse(text, out var address))
            return terminal.Fail(ExitCode.DataError, $"'{text}' is no address, such as bob@example.org");
        if (!_aliases.TryRefresh(out var fault))
            return terminal.Fail(ExitCode.Configuration, fault ?? "");

        var given = address.HasDomain || settings.IsBasic ? address : address with { Domain = DefaultDomain };
        var match = _aliases.Book.Find(given, Accounts());
        switch (match.Kind)
        {
            case AddressMatchKind.NotLocal:
                return terminal.Fail(ExitCode.DataError, $"{given}: the domain is not one of actormail.domains");
            case AddressMatchKind.Unknown:
                return terminal.Fail(ExitCode.DataError, $"{given}: there is no such mailbox");
        }

        var listing = new Listing((given.ToString(), false), (Describe(match.Kind), false));
        listing.Add("is", Describe(match.Kind));
        if (match.Detail.Length > 0)
            listing.Add("detail", match.Detail);
        foreach (var target in match.Targets)
            listing.Add("mailbox", target.Mailbox);
        listing.WriteTo(terminal);
        return ExitCode.Ok;
    }

    /// <summary>What keeps the table of aliases from being used, and, as notes, who is not there.</summary>
    public IReadOnlyList<string> FindFaults()
    {
        if (!_aliases.TryRefresh(out _))
            return [.. _aliases.Faults.Select(fault => $"{settings.Recipients.Addresses.AliasFile}: {fault}")];
        if (Accounts() is not { IsComplete: true } accounts)
            return [];

        foreach (var (name, targets) in _aliases.Book.Aliases)
        {
            foreach (var target in targets.Where(target => IsNobody(target, accounts)))
                terminal.Note($"the alias {name} leads to {target.Address}, who has no account and gets nothing");
        }

        return [];
    }

    private bool IsNobody(AddressTarget target, KnownAccounts accounts) =>
        _aliases.Book.Find(target.Address, accounts).Kind is AddressMatchKind.Unknown or AddressMatchKind.CatchAll
        && !accounts.Contains(target.Mailbox);

    private string DefaultDomain => settings.Recipients.DefaultDomain;

    private static string Describe(AddressMatchKind kind) => kind switch
    {
        AddressMatchKind.Alias => "an alias",
        AddressMatchKind.Duty => "taken by whoever stands in for postmaster",
        AddressMatchKind.CatchAll => "taken by the catch-all of its domain",
        _ => "a mailbox",
    };

    /// <summary>Null where every address has a mailbox.</summary>
    private KnownAccounts? Accounts()
    {
        if (settings.Recipients.AccountsFile is not { } path)
            return null;

        var accounts = new AccountFile(path, TimeProvider.System);
        return AccountsOnFile.Know(accounts, accounts.TryRefresh(out _));
    }
}
