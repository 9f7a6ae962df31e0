using System.Security.Cryptography;
using System.Text;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Sasl;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Accounts;

/// <summary>
/// Makes up salts for users who do not exist, or have none. SCRAM tells a salt to anybody who asks (RFC 5802 §5.1), so
/// a name must get one whether it is somebody's or not, and the same each time, after a restart too.
/// </summary>
public sealed class SaltSecret
{
    private const int SecretOctets = 32;

    private readonly byte[] _secret;

    private SaltSecret(byte[] secret) => _secret = secret;

    /// <summary>One that lasts as long as the process.</summary>
    public static SaltSecret OfProcess() => new(RandomNumberGenerator.GetBytes(SecretOctets));

    /// <summary>
    /// The one that is kept in a file beside the accounts, which is made if it is not there. If it can be neither read
    /// nor made, <paramref name="fault"/> says why, and the secret is one of this process.
    /// </summary>
    public static SaltSecret Load(string accountsPath, out string? fault)
    {
        var accounts = Path.GetFullPath(accountsPath);
        var path = accounts + ".salt";
        fault = null;
        try
        {
            if (!File.Exists(path))
                Make(path, accounts + ".lock");
            var octets = Convert.FromBase64String(File.ReadAllText(path).Trim());
            if (octets.Length == SecretOctets)
                return new SaltSecret(octets);
            fault = $"{path}: not {SecretOctets} octets in base64";
        }
        catch (FormatException)
        {
            fault = $"{path}: not {SecretOctets} octets in base64";
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            fault = problem.Message;
        }

        return OfProcess();
    }

    /// <summary>The salt of this mailbox, or of a name that can be none.</summary>
    /// <param name="iterations">As real ones have.</param>
    public ScramSalt MakeUp(string user, MailboxName mailbox, ScramHash hash, int iterations)
    {
        // Every spelling of a mailbox has one salt, as if it existed. No name of a mailbox begins with a blank.
        var name = mailbox == default ? " " + user : mailbox.Value;
        var salt = HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes($"{hash.Name} {name}"));
        return new ScramSalt(salt.AsMemory(0, ScramKeyMaker.SaltOctets), iterations);
    }

    private static void Make(string path, string lockPath)
    {
        RealDisk.Instance.CreateFolder(Path.GetDirectoryName(path)!);
        using var held = AtomicFile.Lock(lockPath);
        // Another process may have made it while this one waited.
        if (!File.Exists(path))
        {
            var text = Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretOctets)) + "\n";
            AtomicFile.Replace(path, Encoding.ASCII.GetBytes(text));
        }
    }
}
