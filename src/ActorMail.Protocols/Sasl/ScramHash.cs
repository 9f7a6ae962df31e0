using System.Security.Cryptography;

namespace ActorMail.Protocols.Sasl;

/// <summary>A hash that SCRAM works with (RFC 5802, RFC 7677).</summary>
/// <param name="Name">As accounts and mechanisms have it: <c>SCRAM-SHA-256</c>.</param>
public sealed record ScramHash(string Name, HashAlgorithmName Algorithm, int SizeOctets)
{
    public static readonly ScramHash Sha1 = new("SCRAM-SHA-1", HashAlgorithmName.SHA1, SHA1.HashSizeInBytes);

    public static readonly ScramHash Sha256 = new("SCRAM-SHA-256", HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);

    public override string ToString() => Name;
}
