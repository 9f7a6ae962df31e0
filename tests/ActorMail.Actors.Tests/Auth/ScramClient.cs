using System.Security.Cryptography;
using System.Text;
using ActorMail.Protocols.Sasl;

namespace ActorMail.Actors.Tests.Auth;

/// <summary>The client's side of RFC 5802 §3, written from the RFC and not from the server's side.</summary>
internal static class ScramClient
{
    private static readonly byte[] AuthMessage = Encoding.ASCII.GetBytes("n=bob,r=1,r=12,s=x,i=4096,c=biws,r=12");

    public static ScramProof Prove(ScramHash hash, ScramSalt salt, string password)
    {
        var clientKey = Mac(hash, SaltedPassword(hash, salt, password), Encoding.ASCII.GetBytes("Client Key"));
        var storedKey = CryptographicOperations.HashData(hash.Algorithm, clientKey);
        var signature = Mac(hash, storedKey, AuthMessage);
        var proof = clientKey.Zip(signature, (one, other) => (byte)(one ^ other));
        return new ScramProof(hash, AuthMessage, proof.ToArray());
    }

    /// <summary>What the server proves itself with.</summary>
    public static byte[] ServerSignature(ScramHash hash, ScramSalt salt, string password) =>
        Mac(hash, Mac(hash, SaltedPassword(hash, salt, password), Encoding.ASCII.GetBytes("Server Key")), AuthMessage);

    private static byte[] SaltedPassword(ScramHash hash, ScramSalt salt, string password) =>
        Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes(password), salt.Salt.ToArray(), salt.Iterations, hash.Algorithm, hash.SizeOctets);

    private static byte[] Mac(ScramHash hash, byte[] key, byte[] data) =>
        CryptographicOperations.HmacData(hash.Algorithm, key, data);
}
