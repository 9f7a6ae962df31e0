using System.Security.Cryptography;

namespace ActorMail.Storage.Certificates;

/// <summary>
/// A certificate and its private key in PEM files, which somebody else may replace at any time: an ACME client, or
/// <c>actormail cert new</c>.
/// </summary>
/// <param name="CertificatePath">The certificate first, then those who vouch for it.</param>
/// <param name="KeyPath">May be the same file.</param>
public sealed record CertificateFile(string CertificatePath, string KeyPath)
{
    /// <summary>
    /// What the files look like now; another value after any change of what they hold, also behind a symbolic link such
    /// as certbot's. Never fails: a file that is missing or may not be read looks like nothing else.
    /// </summary>
    public string Stamp() => CertificatePath == KeyPath
        ? StampOf(CertificatePath)
        : $"{StampOf(CertificatePath)} {StampOf(KeyPath)}";

    /// <summary>
    /// Reads both files. A certificate that has ended or has not begun is loaded all the same.
    /// </summary>
    /// <exception cref="CertificateException">A file is not there, not readable, or does not fit the other.</exception>
    public LoadedCertificate Load()
    {
        var certificates = new PemFile(CertificatePath).ReadCertificates();
        var keys = new PemFile(KeyPath).ReadKeys();
        var found = certificates.Select(certificate => (certificate, Owner: PrivateKeys.Join(certificate, keys)))
            .FirstOrDefault(pair => pair.Owner is not null);
        if (found.Owner is null)
            throw new CertificateException($"{KeyPath}: the key does not fit the certificate {CertificatePath}");

        return LoadedCertificate.Of(found.Owner, certificates.Where(other => other != found.certificate));
    }

    public override string ToString() => CertificatePath;

    private static string StampOf(string path)
    {
        try
        {
            return Convert.ToHexString(SHA256.HashData(PemFile.ReadOctets(path)));
        }
        catch (CertificateException fault)
        {
            return fault.Message;
        }
    }
}
