using System.Security.Cryptography;
using System.Text;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Accounts;

namespace ActorMail.Actors.Auth;

/// <summary>
/// The passwords that were right before, so that a client which asks for mail every minute costs a hash only once. Kept
/// as a MAC under a key of this process that is never written anywhere, over the account's hash too.
/// </summary>
internal sealed class VerifiedPasswords
{
    private const int MaxAccounts = 10_000;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);
    private readonly Dictionary<MailboxName, byte[]> _known = [];

    public void Remember(Account account, Secret password)
    {
        if (_known.Count >= MaxAccounts)
            _known.Clear();
        _known[account.Mailbox] = Mark(account, password);
    }

    public bool Contains(Account account, Secret password) =>
        _known.TryGetValue(account.Mailbox, out var mark)
        && CryptographicOperations.FixedTimeEquals(mark, Mark(account, password));

    private byte[] Mark(Account account, Secret password) =>
        // Neither a mailbox nor a hash holds a NUL, so that no two triples are written the same.
        HMACSHA256.HashData(
            _key, Encoding.UTF8.GetBytes($"{account.Mailbox}\0{account.PasswordHash}\0{password.Value}"));
}
