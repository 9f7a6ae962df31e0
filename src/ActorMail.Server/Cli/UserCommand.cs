using System.Globalization;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Sasl;
using ActorMail.Server.Configuration;
using ActorMail.Storage.Accounts;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Server.Cli;

/// <summary>
/// <c>actormail user add|list|passwd|remove|disable|enable|quota</c>: edits the file of accounts, which a running
/// server reads again by itself. Passwords are typed or piped, never given as an argument, where other users of the
/// machine could read them.
/// </summary>
internal sealed class UserCommand(ServerSettings settings, Terminal terminal)
{
    private readonly AccountFile _accounts = new(settings.AccountsFile, TimeProvider.System);
    private string? _advice;

    public int Add(string user, bool readsPassword) => Edit(user, address =>
    {
        if (!TryReadPassword(address, readsPassword, out var password, out var failure))
            return failure;

        _accounts.Add(address, password, ScramIterations);
        return Say($"added {address} to {settings.AccountsFile}");
    });

    public int SetPassword(string user, bool readsPassword) => Edit(user, address =>
    {
        if (!TryReadPassword(address, readsPassword, out var password, out var failure))
            return failure;

        _accounts.SetPassword(address, password, ScramIterations);
        return Say($"changed the password of {address}");
    });

    public int Remove(string user) => Edit(user, address =>
    {
        _accounts.Remove(address);
        return Say($"removed {address}; mail stays in {Path.Join(settings.DataFolder, "mail")}");
    });

    public int Disable(string user) => Edit(user, address =>
    {
        _accounts.SetDisabled(address, isDisabled: true);
        return Say($"disabled {address}: nobody can log in with it; mail for it is still taken");
    });

    public int Enable(string user) => Edit(user, address =>
    {
        _accounts.SetDisabled(address, isDisabled: false);
        return Say($"enabled {address}");
    });

    /// <summary>What is not given stays as it is; <c>default</c> is what all accounts have.</summary>
    public int Quota(string user, string? size, string? messages) => Edit(user, address =>
    {
        if (!MailboxName.TryFrom(address, out var mailbox) || !_accounts.TryRefresh(out _)
            || _accounts.Find(mailbox) is not { } account)
        {
            return terminal.Fail(ExitCode.DataError, $"There is no account {address}.");
        }

        if (size is not null || messages is not null)
        {
            _accounts.SetQuota(
                address, Choose(size, account.Quota.Octets), Choose(messages, account.Quota.Messages));
            account = _accounts.Find(mailbox) ?? account;
        }

        var limit = settings.Quotas.Account.With(account.Quota);
        var usage = MailboxUsage.Read(settings.DataFolder, mailbox);
        var listing = new Listing((address.ToString(), false), ("Used", true), ("Quota", true));
        listing.Add("octets", usage.Octets, Limit(limit.Octets));
        listing.Add("messages", usage.Messages, Limit(limit.Messages));
        listing.WriteTo(terminal);
        return ExitCode.Ok;
    });

    public int List()
    {
        if (!File.Exists(settings.AccountsFile))
        {
            Note($"there is no {settings.AccountsFile} yet; actormail user add ADDRESS makes it");
            return ExitCode.Ok;
        }

        if (!_accounts.TryRefresh(out var fault))
            return terminal.Fail(ExitCode.DataError, fault ?? "the accounts cannot be read");

        var listing = new Listing(("Address", false), ("State", false), ("Logins", false));
        foreach (var account in _accounts.All)
            listing.Add(account.Address, account.IsDisabled ? "disabled" : "enabled", LoginsOf(account));
        listing.WriteTo(terminal);
        return ExitCode.Ok;
    }

    /// <summary>What its user could log in with if it is enabled, and if the server offers it.</summary>
    private static string LoginsOf(Account account)
    {
        if (account.PasswordHash is null)
            return "none";

        var hasKeys = account.FindScramKeys(ScramHash.Sha256) is not null;
        return hasKeys ? "password, SCRAM" : "password";
    }

    private static string? Choose(string? given, long? known) => given switch
    {
        null => known?.ToString(CultureInfo.InvariantCulture),
        "default" => null,
        _ => given,
    };

    private static string Limit(long most) => most == 0 ? "-" : most.ToString(CultureInfo.InvariantCulture);

    /// <summary>Null where SCRAM is not offered: what is not used is not kept.</summary>
    private int? ScramIterations => settings.Auth.OffersScram() ? settings.Auth.ScramIterations : null;

    private int Edit(string user, Func<MailAddress, int> edit)
    {
        if (!TryComplete(user, out var address))
            return terminal.Fail(ExitCode.DataError, $"'{user}' is no address, such as bob@example.org");

        try
        {
            var exitCode = edit(address);
            if (exitCode == ExitCode.Ok)
                Advise(address);
            return exitCode;
        }
        catch (AccountException refusal)
        {
            return terminal.Fail(ExitCode.DataError, refusal.Message);
        }
    }

    /// <summary>A name without a domain is completed as a login is.</summary>
    private bool TryComplete(string user, out MailAddress address)
    {
        address = new MailAddress("", "");
        if (!MailAddress.TryParse(user, out var given))
            return false;

        address = given.HasDomain ? given : given with { Domain = settings.Auth.DefaultDomain ?? "" };
        return true;
    }

    private bool TryReadPassword(MailAddress address, bool readsPassword, out Secret password, out int failure)
    {
        (password, failure) = (default, ExitCode.Ok);
        if (!readsPassword && !terminal.CanAsk)
        {
            failure = terminal.Fail(
                ExitCode.Usage, "there is no terminal to ask for the password; pipe it in with --password-stdin");
            return false;
        }

        var text = readsPassword ? terminal.In.ReadLine() : Ask($"Password of {address}: ");
        if (string.IsNullOrEmpty(text))
            failure = terminal.Fail(ExitCode.DataError, "no password was given; nothing was changed");
        else if (!readsPassword && Ask("The same again: ") != text)
            failure = terminal.Fail(ExitCode.DataError, "the two passwords differ; nothing was changed");

        password = new Secret(text ?? "");
        _advice = PasswordAdvice.For(password, address);
        return failure == ExitCode.Ok;
    }

    private string? Ask(string question)
    {
        terminal.Error.Write(question);
        return terminal.ReadHidden();
    }

    private void Advise(MailAddress address)
    {
        if (_advice is not null)
            Note(_advice);
        var domains = settings.Recipients.Domains;
        if (domains is not ["*"] && DomainName.TryFrom(address, out var domain) && !domains.Contains(domain.Value))
            Note($"mail for {address.Domain} is not taken: it is not one of actormail.domains");
        if (settings.Auth.IsOpen)
            Note("accounts.mode is open with these settings: any password opens any mailbox until it is file");
    }

    private int Say(string text)
    {
        terminal.Out.WriteLine(text);
        return ExitCode.Ok;
    }

    private void Note(string text) => terminal.Error.WriteLine($"note: {text}");
}
