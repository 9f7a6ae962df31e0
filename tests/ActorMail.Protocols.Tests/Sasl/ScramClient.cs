using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ActorMail.Protocols.Tests.Sasl;

/// <summary>
/// The other end of SCRAM (RFC 5802 §3), written from the RFC and on the plain functions of .NET, so that it shares no
/// mistake with the server.
/// </summary>
internal sealed class ScramClient(
    HashAlgorithmName hash, string user, string password, string header = "n,,", byte[]? binding = null,
    string nonce = "client-nonce")
{
    private readonly string _bare = $"n={user.Replace("=", "=3D", StringComparison.Ordinal)
        .Replace(",", "=2C", StringComparison.Ordinal)},r={nonce}";

    private string _authMessage = "";
    private byte[] _salted = [];

    public byte[] First() => Encoding.UTF8.GetBytes(header + _bare);

    public byte[] Final(ReadOnlyMemory<byte> serverFirst, string extensions = "")
    {
        var text = Encoding.ASCII.GetString(serverFirst.Span);
        var parts = text.Split(',');
        var salt = Convert.FromBase64String(parts[1][2..]);
        _salted = Rfc2898DeriveBytes.Pbkdf2(
            password, salt, int.Parse(parts[2][2..], NumberStyles.None, CultureInfo.InvariantCulture), hash,
            CryptographicOperations.HashData(hash, (byte[])[]).Length);
        byte[] bound = [.. Encoding.UTF8.GetBytes(header), .. binding ?? []];
        var withoutProof = $"c={Convert.ToBase64String(bound)},{parts[0]}{extensions}";
        _authMessage = $"{_bare},{text},{withoutProof}";
        var clientKey = Mac(_salted, "Client Key");
        var proof = Mac(CryptographicOperations.HashData(hash, clientKey), _authMessage);
        for (var i = 0; i < proof.Length; i++)
            proof[i] ^= clientKey[i];
        return Encoding.UTF8.GetBytes($"{withoutProof},p={Convert.ToBase64String(proof)}");
    }

    /// <summary>What a server that knows the password says at the end.</summary>
    public string Signature() => "v=" + Convert.ToBase64String(Mac(Mac(_salted, "Server Key"), _authMessage));

    private byte[] Mac(byte[] key, string text) =>
        CryptographicOperations.HmacData(hash, key, Encoding.UTF8.GetBytes(text));
}
