using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ActorMail.Protocols.Mail;

namespace ActorMail.Protocols.Sasl;

/// <summary>
/// What a server keeps of a password for SCRAM (RFC 5802 §3). Who steals it cannot log in with it, but can try
/// passwords against it, so it takes as many iterations as any hash of a password.
/// </summary>
public sealed record ScramKeys(ScramHash Hash, ScramSalt Salt, byte[] StoredKey, byte[] ServerKey)
{
    /// <summary>RFC 7677 §4.</summary>
    public const int MinIterations = 4_096;

    /// <summary>More would let one line of a file take all the time of a client.</summary>
    public const int MaxIterations = 10_000_000;

    private const int MinSaltOctets = 8;

    /// <summary>
    /// Takes some 0.2 s of one core for the iterations that are usual. Throws for what can be no password
    /// (<see cref="OpaqueString"/>), whose keys would be as good as those of the empty one.
    /// </summary>
    public static ScramKeys Derive(ScramHash hash, Secret password, ScramSalt salt)
    {
        if (!OpaqueString.TryPrepare(password, out var prepared))
            throw new ArgumentException("This can be no password.", nameof(password));

        var salted = Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes(prepared.Value), salt.Salt.Span, salt.Iterations, hash.Algorithm, hash.SizeOctets);
        var clientKey = Mac(hash, salted, "Client Key"u8);
        return new ScramKeys(
            hash, salt, CryptographicOperations.HashData(hash.Algorithm, clientKey), Mac(hash, salted, "Server Key"u8));
    }

    /// <summary>
    /// Reads <c>iterations:salt$StoredKey:ServerKey</c>, the three in base64 (RFC 5803 §2, without the scheme).
    /// </summary>
    public static bool TryParse(ScramHash hash, string text, [NotNullWhen(true)] out ScramKeys? keys)
    {
        keys = null;
        if (text.Split('$') is not [var parameters, var values]
            || parameters.Split(':') is not [var count, var saltText]
            || values.Split(':') is not [var storedText, var serverText]
            || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            || iterations is < MinIterations or > MaxIterations
            || !TryDecode(saltText, out var salt) || salt.Length < MinSaltOctets
            || !TryDecode(storedText, out var stored) || stored.Length != hash.SizeOctets
            || !TryDecode(serverText, out var server) || server.Length != hash.SizeOctets)
        {
            return false;
        }

        keys = new ScramKeys(hash, new ScramSalt(salt, iterations), stored, server);
        return true;
    }

    /// <summary>
    /// The server's signature if the proof is right, else null. The work is the same either way.
    /// </summary>
    public byte[]? Verify(ScramProof proof)
    {
        var signature = Mac(Hash, StoredKey, proof.AuthMessage.Span);
        var key = proof.ClientProof.ToArray();
        for (var i = 0; i < signature.Length && i < key.Length; i++)
            key[i] ^= signature[i];
        var isRight = CryptographicOperations.FixedTimeEquals(
            CryptographicOperations.HashData(Hash.Algorithm, key), StoredKey);
        var answer = Mac(Hash, ServerKey, proof.AuthMessage.Span);
        return isRight && key.Length == signature.Length ? answer : null;
    }

    /// <summary>As <see cref="TryParse"/> reads it.</summary>
    public string Format() => string.Create(CultureInfo.InvariantCulture,
        $"{Salt.Iterations}:{Encode(Salt.Salt.Span)}${Encode(StoredKey)}:{Encode(ServerKey)}");

    /// <summary>No log shows them.</summary>
    public override string ToString() => $"{Hash}, {Salt.Iterations} iterations";

    private static byte[] Mac(ScramHash hash, ReadOnlySpan<byte> key, ReadOnlySpan<byte> data) =>
        CryptographicOperations.HmacData(hash.Algorithm, key, data);

    private static string Encode(ReadOnlySpan<byte> octets) => Convert.ToBase64String(octets);

    private static bool TryDecode(string text, out byte[] octets)
    {
        var buffer = new byte[text.Length];
        var isText = Convert.TryFromBase64String(text, buffer, out var length);
        octets = buffer[..length];
        return isText;
    }
}
