using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorMail.Storage.Certificates;

/// <summary>Whom a certificate is for (RFC 6125 §6.4): its alternative names, or else its common name.</summary>
internal static class CertificateNames
{
    public static ImmutableArray<string> Of(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(Read);
        var known = names.Select(name => name.ToLowerInvariant()).Distinct().ToImmutableArray();
        if (!known.IsEmpty)
            return known;

        var common = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        return common.Length > 0 ? [common.ToLowerInvariant()] : [];
    }

    private static List<string> Read(X509SubjectAlternativeNameExtension extension)
    {
        try
        {
            return
            [
                .. extension.EnumerateDnsNames(),
                .. extension.EnumerateIPAddresses().Select(address => address.ToString()),
            ];
        }
        catch (CryptographicException)
        {
            // Names that nobody can read serve no client; the certificate may still do.
            return [];
        }
    }
}
