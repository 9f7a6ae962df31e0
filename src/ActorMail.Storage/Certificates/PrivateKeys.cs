using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorMail.Storage.Certificates;

/// <summary>Private keys of RSA and of elliptic curves, and the certificates that they belong to.</summary>
internal static class PrivateKeys
{
    private const string Rsa = "1.2.840.113549.1.1.1";
    private const string EllipticCurve = "1.2.840.10045.2.1";

    /// <summary>The certificate with the first of these keys that fits it; null if none does.</summary>
    /// <param name="keys">PEM blocks.</param>
    public static X509Certificate2? Join(X509Certificate2 certificate, IEnumerable<string> keys) =>
        keys.Select(key => TryJoin(certificate, key)).FirstOrDefault(joined => joined is not null);

    private static X509Certificate2? TryJoin(X509Certificate2 certificate, string key)
    {
        try
        {
            return certificate.GetKeyAlgorithm() switch
            {
                Rsa => JoinRsa(certificate, key),
                EllipticCurve => JoinEllipticCurve(certificate, key),
                _ => null,
            };
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            // The key of another certificate, of another kind, or damaged.
            return null;
        }
    }

    private static X509Certificate2 JoinRsa(X509Certificate2 certificate, string text)
    {
        using var key = RSA.Create();
        key.ImportFromPem(text);
        return Kept(certificate.CopyWithPrivateKey(key));
    }

    private static X509Certificate2 JoinEllipticCurve(X509Certificate2 certificate, string text)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(text);
        return Kept(certificate.CopyWithPrivateKey(key));
    }

    /// <summary>A handshake on Windows wants a key that the system has stored, not one in memory only.</summary>
    private static X509Certificate2 Kept(X509Certificate2 joined)
    {
        if (!OperatingSystem.IsWindows())
            return joined;

        using (joined)
            return X509CertificateLoader.LoadPkcs12(joined.Export(X509ContentType.Pkcs12), password: null);
    }
}
