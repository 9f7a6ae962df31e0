using System.Security.Cryptography;
using System.Text;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Sasl;
using Konscious.Security.Cryptography;

namespace ActorMail.Storage.Accounts;

/// <summary>
/// Argon2id (RFC 9106) with 19 MiB, two passes and one lane, as the OWASP password storage guide has it, written as a
/// PHC string. A password is hashed as <see cref="OpaqueString"/> has it, so that the keyboard it is typed on does not
/// matter.
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

    /// <exception cref="ArgumentException">This can be no password, and nobody could log in with it.</exception>
    public static string Hash(Secret password)
    {
        if (!OpaqueString.TryPrepare(password, out _))
            throw new ArgumentException("This can be no password.", nameof(password));

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
        // What can be no password must cost what others cost, and is checked as one that nobody can have.
        return OpaqueString.TryPrepare(password, out var prepared) ? Encoding.UTF8.GetBytes(prepared.Value) : [0];
    }
}
