using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using ActorMail.Protocols.Mail;

namespace ActorMail.Storage.Accounts;

/// <summary>
/// The text of the file of accounts and its meaning. What a change does not concern stays as it is: comments, order,
/// the keys of other versions.
/// </summary>
internal sealed class AccountDocument
{
    private const string Header = "# actormail accounts 1";

    private readonly ImmutableArray<string> _lines;
    private readonly Dictionary<MailboxName, (Account Account, int Line)> _byMailbox;

    private AccountDocument(ImmutableArray<string> lines, IReadOnlyCollection<(Account Account, int Line)> entries)
    {
        _lines = lines;
        _byMailbox = entries.ToDictionary(entry => entry.Account.Mailbox);
        Accounts = [.. entries.Select(entry => entry.Account)];
    }

    public static AccountDocument Empty { get; } = new([Header], []);

    public ImmutableArray<Account> Accounts { get; }

    /// <summary>False with the number of the first line that is wrong, and what is wrong with it.</summary>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out AccountDocument? document, [NotNullWhen(false)] out string? fault)
    {
        document = null;
        var lines = text.TrimStart('\uFEFF').TrimEnd('\r', '\n').Split('\n').Select(line => line.TrimEnd('\r'));
        ImmutableArray<string> all = [.. lines];
        fault = all[0] == Header ? null : $"line 1: expected \"{Header}\"";
        var entries = new List<(Account, int)>();
        var known = new HashSet<MailboxName>();
        for (var i = 1; i < all.Length && fault is null; i++)
        {
            if (all[i].AsSpan().Trim() is [] or ['#', ..])
                continue;

            if (!TryParseLine(all[i], out var account, out var reason))
                fault = $"line {i + 1}: {reason}";
            else if (!known.Add(account.Mailbox))
                fault = $"line {i + 1}: {account.Address} is there twice";
            else
                entries.Add((account, i));
        }

        if (fault is not null)
            return false;

        document = new AccountDocument(all, entries);
        return true;
    }

    public Account? Find(MailboxName mailbox) =>
        _byMailbox.TryGetValue(mailbox, out var entry) ? entry.Account : null;

    /// <summary>Replaces the line of the account's mailbox, or adds one.</summary>
    public AccountDocument With(Account account)
    {
        var line = Format(account);
        return Renew(_byMailbox.TryGetValue(account.Mailbox, out var entry)
            ? _lines.SetItem(entry.Line, line)
            : _lines.Add(line));
    }

    public AccountDocument Without(MailboxName mailbox) =>
        _byMailbox.TryGetValue(mailbox, out var entry) ? Renew(_lines.RemoveAt(entry.Line)) : this;

    public override string ToString() => string.Join('\n', _lines) + "\n";

    private static AccountDocument Renew(ImmutableArray<string> lines) =>
        TryParse(string.Join('\n', lines), out var document, out var fault)
            ? document
            : throw new InvalidOperationException("The accounts would be unreadable: " + fault);

    private static string Format(Account account) =>
        string.Join(' ', account.Values.Select(pair => $"{pair.Key}={pair.Value}").Prepend(account.Address));

    private static bool TryParseLine(
        string line, [NotNullWhen(true)] out Account? account, [NotNullWhen(false)] out string? reason)
    {
        (account, reason) = (null, null);
        var length = AddressLength(line);
        if (!MailAddress.TryParse(line[..length], out var address) || !MailboxName.TryFrom(address, out var mailbox))
        {
            reason = "expected an address at its beginning";
            return false;
        }

        var values = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        foreach (var word in line[length..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || !IsKey(word.AsSpan(0, equals)) || word.Any(char.IsControl))
                reason = $"expected key=value pairs behind {line[..length]}";
            else if (values.Any(pair => pair.Key == word[..equals]))
                reason = $"{word[..equals]} is there twice";
            else
                values.Add(KeyValuePair.Create(word[..equals], word[(equals + 1)..]));
        }

        account = new Account(mailbox, line[..length], values.ToImmutable());
        if (account.PasswordHash is { } hash && !PasswordHasher.IsHash(hash))
            reason ??= $"the password hash of {account.Address} cannot be read";
        if (!account.HasSoundQuota)
            reason ??= $"the quota of {account.Address} cannot be read; quota=1GiB quota-messages=1000 could";
        return reason is null;
    }

    private static bool IsKey(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterLower(character) && !char.IsAsciiDigit(character) && character is not ('-' or '_'))
                return false;
        }

        return true;
    }

    /// <summary>Up to the first blank that no quotes hold (RFC 5321 §4.1.2).</summary>
    private static int AddressLength(string line)
    {
        var isQuoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\\' && isQuoted)
                i++;
            else if (line[i] == '"')
                isQuoted = !isQuoted;
            else if (line[i] == ' ' && !isQuoted)
                return i;
        }

        return line.Length;
    }
}
