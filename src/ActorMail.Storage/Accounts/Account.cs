using System.Collections.Immutable;
using ActorMail.Protocols.Mail;

namespace ActorMail.Storage.Accounts;

/// <summary>
/// One line of the file of accounts: the address as it was typed, and what is kept of it as pairs, among them some that
/// a later version may understand. Prints as its address, so that no hash gets into a log.
/// </summary>
public sealed record Account(
    MailboxName Mailbox, string Address, ImmutableArray<KeyValuePair<string, string>> Values)
{
    private const string PasswordKey = "argon2id";

    /// <summary>What <see cref="PasswordHasher.Verify"/> takes; null for a mailbox that nobody can open.</summary>
    public string? PasswordHash => Values.FirstOrDefault(pair => pair.Key == PasswordKey).Value;

    /// <summary>Who has logged in with this account.</summary>
    public LoginIdentity Identity =>
        new(Mailbox, MailAddress.TryParse(Address, out var address) ? address : new MailAddress(Address, ""));

    public Account WithPasswordHash(string hash) => With(PasswordKey, hash);

    public Account With(string key, string value)
    {
        var pair = KeyValuePair.Create(key, value);
        var known = Values.FirstOrDefault(other => other.Key == key);
        return this with { Values = known.Key is null ? Values.Add(pair) : Values.Replace(known, pair) };
    }

    public override string ToString() => Address;
}
