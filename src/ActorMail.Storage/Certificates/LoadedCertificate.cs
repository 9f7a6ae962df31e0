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
    public string Fingerprint => string.Join(
        ':',
        Certificate.GetCertHash(HashAlgorithmName.SHA256)
            .Select(octet => octet.ToString("X2", CultureInfo.InvariantCulture)));

    public DateTimeOffset NotBefore => Certificate.NotBefore;

    public DateTimeOffset NotAfter => Certificate.NotAfter;

    /// <summary>Vouched for by nobody else: clients must be told to trust it.</summary>
    public bool IsSelfSigned => IsRoot(Certificate);

    /// <param name="others">In the order of the file; a root among them is left out.</param>
    internal static LoadedCertificate Of(X509Certificate2 certificate, IEnumerable<X509Certificate2> others) => new(
        certificate, [.. others.Where(other => !IsRoot(other)).ToArray()], CertificateNames.Of(certificate));

    /// <summary>Why clients would refuse it at that time; null if its time is right.</summary>
    public string? FaultAt(DateTimeOffset now) =>
        now > NotAfter ? $"it ended on {Format(NotAfter)}"
        : now < NotBefore ? $"it begins only on {Format(NotBefore)}"
        : null;

    public override string ToString() => $"{string.Join(", ", Names)} ({Fingerprint})";

    private static bool IsRoot(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    private static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
