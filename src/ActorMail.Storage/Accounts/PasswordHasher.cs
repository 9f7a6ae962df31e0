using System.Security.Cryptography;
using System.Text;
using ActorMail.Protocols.Mail;
using Konscious.Security.Cryptography;

namespace ActorMail.Storage.Accounts;

/// <summary>
/// Argon2id (RFC 9106) with 19 MiB, two passes and one lane, as the OWASP password storage guide has it, written as a
/// PHC string. A password is the UTF-8 of its NFC form, so that the keyboard it is typed on does not matter.
/// </summary>
public static class PasswordHasher
{
    private const int SaltLength = 16;
    private const int HashLength = 32;

    /// <summary>
    /// The hash of no password. Checking against it takes the work of a real check: a name that does not exist must
    /// not be told by the time of its refusal.
    /// </summary>
    public static string Dummy { get; } = PasswordHash.Current(
        RandomNumberGenerator.GetBytes(SaltLength), RandomNumberGenerator.GetBytes(HashLength)).ToString();

    public static string Hash(Secret password)
    {
        var parameters = PasswordHash.Current(RandomNumberGenerator.GetBytes(SaltLength), []);
        using var argon2 = Prepare(password, parameters);
        return (parameters with { Hash = argon2.GetBytes(HashLength) }).ToString();
    }

    /// <summary>Takes some 50 ms of one core, whatever the password. False for what is no hash.</summary>
    public static bool Verify(Secret password, string encoded)
    {
        if (!PasswordHash.TryParse(encoded, out var expected))
            return false;

        using var argon2 = Prepare(password, expected);
        return CryptographicOperations.FixedTimeEquals(argon2.GetBytes(expected.Hash.Length), expected.Hash);
    }

    /// <summary>The same on other threads, of which it blocks none, as <see cref="Verify"/> does.</summary>
    public static Task<bool> VerifyAsync(Secret password, string encoded) => Task.Run(async () =>
    {
        if (!PasswordHash.TryParse(encoded, out var expected))
            return false;

        using var argon2 = Prepare(password, expected);
        var actual = await argon2.GetBytesAsync(expected.Hash.Length).ConfigureAwait(false);
        return CryptographicOperations.FixedTimeEquals(actual, expected.Hash);
    });

    /// <summary>True if <see cref="Verify"/> can work with it.</summary>
    public static bool IsHash(string encoded) => PasswordHash.TryParse(encoded, out _);

    private static Argon2id Prepare(Secret password, PasswordHash parameters) => new(Octets(password))
    {
        Salt = parameters.Salt,
        MemorySize = parameters.MemoryKib,
        Iterations = parameters.Passes,
        DegreeOfParallelism = parameters.Lanes,
    };

    private static byte[] Octets(Secret password)
    {
        // Half a surrogate pair has no normal form and no UTF-8; as a replacement character it is a wrong password.
        var text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(password.Value));
        var octets = Encoding.UTF8.GetBytes(text.Normalize(NormalizationForm.FormC));
        // The library refuses an empty password, which nobody can have, and which must cost what others cost.
        return octets.Length > 0 ? octets : [0];
    }
}
