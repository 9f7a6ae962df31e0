using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorMail.Storage.Certificates;

/// <summary>
/// A certificate with its private key and the certificates of those who vouch for it, as a handshake sends them.
/// </summary>
/// <param name="Certificate">With its key.</param>
/// <param name="Chain">Without the certificate itself, and without the root.</param>
/// <param name="Names">
/// The DNS names and addresses that it is for, in small letters; a name may begin with <c>*.</c>
/// </param>
public sealed record LoadedCertificate(
    X509Certificate2 Certificate, X509Certificate2Collection Chain, ImmutableArray<string> Names)
{
    /// <summary>The SHA-256 of the certificate, as mail programs show it: <c>AB:CD:...</c>.</summary>
    public string Fingerprint =>
        string.Join(':', Certificate.GetCertHash(HashAlgorithmName.SHA256).Select(octet => octet.ToString("X2", CultureInfo.InvariantCulture)));

    public override string ToString() => $"{string.Join(", ", Names)} ({Fingerprint})";
}
