using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Sasl;

namespace ActorMail.Storage.Accounts;

/// <summary>
/// One line of the file of accounts: the address as it was typed, and what is kept of it as pairs, among them some that
/// a later version may understand. Prints as its address, so that no hash gets into a log.
/// </summary>
public sealed record Account(
    MailboxName Mailbox, string Address, ImmutableArray<KeyValuePair<string, string>> Values)
{
    private const string PasswordKey = "argon2id";
    private const string ScramMarkKey = "scram-of";
    private const string DisabledKey = "disabled";
    private const string QuotaKey = "quota";
    private const string QuotaMessagesKey = "quota-messages";
    private const string Yes = "yes";
    private const int MarkOctets = 12;

    /// <summary>What <see cref="PasswordHasher.Verify"/> takes; null for a mailbox that nobody can open.</summary>
    public string? PasswordHash => Find(PasswordKey);

    /// <summary>Nobody logs in with it, whatever the password; its mail is taken and kept as before.</summary>
    public bool IsDisabled => Find(DisabledKey) == Yes;

    /// <summary>What it says of its own quota.</summary>
    public AccountQuota Quota => new(
        Find(QuotaKey) is { } size && AccountQuota.TryParseSize(size, out var octets) ? octets : null,
        Find(QuotaMessagesKey) is { } count && AccountQuota.TryParseCount(count, out var messages) ? messages : null);

    /// <summary>False if a quota is there and is none.</summary>
    public bool HasSoundQuota =>
        (Find(QuotaKey) is null || Quota.Octets is not null)
        && (Find(QuotaMessagesKey) is null || Quota.Messages is not null);

    /// <summary>Who has logged in with this account.</summary>
    public LoginIdentity Identity =>
        new(Mailbox, MailAddress.TryParse(Address, out var address) ? address : new MailAddress(Address, ""));

    /// <summary>
    /// The keys of SCRAM for this hash; null if there are none, or if they were made of another password than that of
    /// <see cref="PasswordHash"/>, which somebody has replaced by hand.
    /// </summary>
    public ScramKeys? FindScramKeys(ScramHash hash) =>
        PasswordHash is { } password && Find(ScramMarkKey) == MarkOf(password)
        && Find(KeyOf(hash)) is { } text && ScramKeys.TryParse(hash, text, out var keys)
            ? keys
            : null;

    /// <summary>With the hash of another password: keys of the old one are gone.</summary>
    public Account WithPasswordHash(string hash) => WithoutScramKeys().With(PasswordKey, hash);

    /// <summary>With keys made of the password that <see cref="PasswordHash"/> is of.</summary>
    public Account WithScramKeys(IEnumerable<ScramKeys> keys)
    {
        var changed = WithoutScramKeys();
        foreach (var each in keys)
            changed = changed.With(KeyOf(each.Hash), each.Format());
        return PasswordHash is { } password ? changed.With(ScramMarkKey, MarkOf(password)) : changed;
    }

    public Account WithDisabled(bool isDisabled) =>
        WithOrWithout(DisabledKey, isDisabled ? Yes : null);

    /// <param name="size">As people write it; null to have that of all accounts.</param>
    /// <param name="messages">Null to have that of all accounts.</param>
    public Account WithQuota(string? size, string? messages) =>
        WithOrWithout(QuotaKey, size).WithOrWithout(QuotaMessagesKey, messages);

    public Account With(string key, string value)
    {
        var pair = KeyValuePair.Create(key, value);
        var known = Values.FirstOrDefault(other => other.Key == key);
        return this with { Values = known.Key is null ? Values.Add(pair) : Values.Replace(known, pair) };
    }

    public override string ToString() => Address;

    private static string KeyOf(ScramHash hash) => hash.Name.ToLowerInvariant();

    /// <summary>Tells hashes apart, and is none that a password could be tried against.</summary>
    private static string MarkOf(string passwordHash) => Convert.ToBase64String(
        SHA256.HashData(Encoding.UTF8.GetBytes(passwordHash)).AsSpan(0, MarkOctets));

    private Account WithOrWithout(string key, string? value) =>
        value is null ? this with { Values = Values.RemoveAll(pair => pair.Key == key) } : With(key, value);

    private Account WithoutScramKeys() => this with
    {
        Values = Values.RemoveAll(pair =>
            pair.Key == ScramMarkKey || pair.Key == KeyOf(ScramHash.Sha1) || pair.Key == KeyOf(ScramHash.Sha256)),
    };

    private string? Find(string key) => Values.FirstOrDefault(pair => pair.Key == key).Value;
}
