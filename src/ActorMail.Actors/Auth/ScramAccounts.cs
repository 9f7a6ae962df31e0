using System.Collections.Immutable;
using System.Security.Cryptography;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Sasl;
using ActorMail.Storage.Accounts;

namespace ActorMail.Actors.Auth;

/// <summary>
/// SCRAM for accounts, and for those that do not exist: they get a salt too, and a proof is checked for them with the
/// same work against keys that are nobody's.
/// </summary>
/// <param name="salts">Makes up salts.</param>
/// <param name="iterations">Of keys that are made, and of salts that are made up.</param>
internal sealed class ScramAccounts(SaltSecret salts, int iterations)
{
    private readonly Account _nobody = new Account(default, "nobody", []).WithPasswordHash(PasswordHasher.Dummy)
        .WithScramKeys(ScramKeyMaker.Hashes.Select(hash => RandomKeys(hash, iterations)));

    private int? _usual;

    /// <summary>
    /// Salts are made up with as many iterations as most accounts have: the setting may have been another when their
    /// passwords were set.
    /// </summary>
    public void Learn(IEnumerable<Account> accounts) => _usual = accounts
        .Select(account => account.FindScramKeys(ScramHash.Sha256)?.Salt.Iterations)
        .OfType<int>()
        .GroupBy(count => count)
        .MaxBy(group => group.Count())?.Key;

    /// <param name="user">As the client wrote it.</param>
    /// <param name="mailbox">That <paramref name="user"/> is a name of; default if of none.</param>
    /// <param name="account">Null if there is none.</param>
    public ScramSalt FindSalt(string user, MailboxName mailbox, Account? account, ScramHash hash)
    {
        var madeUp = salts.MakeUp(user, mailbox, hash, _usual ?? iterations);
        var keys = (account ?? _nobody).FindScramKeys(hash);
        return account is null || keys is null ? madeUp : keys.Salt;
    }

    /// <summary>The server's signature; null if the proof is not that of the account's password.</summary>
    public byte[]? Verify(Account? account, ScramProof proof)
    {
        var keys = (account ?? _nobody).FindScramKeys(proof.Hash);
        var signature = (keys ?? _nobody.FindScramKeys(proof.Hash))?.Verify(proof);
        return account is null || keys is null ? null : signature;
    }

    /// <summary>True if a password can be checked by a proof with every hash that we know.</summary>
    public static bool HasKeys(Account account) =>
        ScramKeyMaker.Hashes.All(hash => account.FindScramKeys(hash) is not null);

    /// <summary>
    /// What keys are made of after a login: the salts that were made up before. Otherwise a salt that changes would
    /// tell that there is such an account.
    /// </summary>
    public ImmutableArray<(ScramHash Hash, ScramSalt Salt)> SaltsFor(MailboxName mailbox) =>
        [.. ScramKeyMaker.Hashes.Select(hash => (hash, salts.MakeUp("", mailbox, hash, _usual ?? iterations)))];

    private static ScramKeys RandomKeys(ScramHash hash, int iterations) => new(
        hash,
        new ScramSalt(RandomNumberGenerator.GetBytes(ScramKeyMaker.SaltOctets), iterations),
        RandomNumberGenerator.GetBytes(hash.SizeOctets),
        RandomNumberGenerator.GetBytes(hash.SizeOctets));
}
