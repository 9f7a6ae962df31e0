using ActorMail.Protocols.Mail;
using ActorMail.Server.Configuration;
using ActorMail.Storage.Accounts;

namespace ActorMail.Server.Cli;

/// <summary>
/// <c>actormail user add|list|passwd|remove</c>: edits the file of accounts, which a running server reads again by
/// itself. Passwords are typed or piped, never given as an argument, where other users of the machine could read them.
/// </summary>
internal sealed class UserCommand(ServerSettings settings, Terminal terminal)
{
    private const int ShortPassword = 8;

    private readonly AccountFile _accounts = new(settings.AccountsFile, TimeProvider.System);
    private bool _isShort;

    public int Add(string user, bool readsPassword) => Edit(user, address =>
    {
        if (!TryReadPassword(address, readsPassword, out var password, out var failure))
            return failure;

        _accounts.Add(address, password);
        return Say($"added {address} to {settings.AccountsFile}");
    });

    public int SetPassword(string user, bool readsPassword) => Edit(user, address =>
    {
        if (!TryReadPassword(address, readsPassword, out var password, out var failure))
            return failure;

        _accounts.SetPassword(address, password);
        return Say($"changed the password of {address}");
    });

    public int Remove(string user) => Edit(user, address =>
    {
        _accounts.Remove(address);
        return Say($"removed {address}; mail stays in {Path.Join(settings.DataFolder, "mail")}");
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

        foreach (var account in _accounts.All)
            terminal.Out.WriteLine(account.Address);
        return ExitCode.Ok;
    }

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
        _isShort = password.Value.EnumerateRunes().Count() < ShortPassword;
        return failure == ExitCode.Ok;
    }

    private string? Ask(string question)
    {
        terminal.Error.Write(question);
        return terminal.ReadHidden();
    }

    private void Advise(MailAddress address)
    {
        if (_isShort)
            Note($"a password of fewer than {ShortPassword} characters is soon guessed; a sentence is better");
        var domains = settings.Recipients.Domains;
        if (address.HasDomain && domains is not ["*"] && !domains.Contains(address.Domain.ToLowerInvariant()))
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
