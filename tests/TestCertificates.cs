using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorMail.Tests;

/// <summary>Certificates of an authority that nobody trusts: a root, one below it, and those for servers.</summary>
internal static class TestCertificates
{
    private static readonly DateTimeOffset Begin = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = new(2120, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static X509Certificate2 Root { get; } = MakeAuthority("Root", issuer: null);

    public static X509Certificate2 Intermediate { get; } = MakeAuthority("Intermediate", Root);

    /// <summary>What ACME calls fullchain.pem, and its key.</summary>
    public static (string Chain, string Key) Issue(params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Issue(key, Begin, End, names);
        return (certificate.ExportCertificatePem() + "\n" + Intermediate.ExportCertificatePem() + "\n",
            key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    public static (string Chain, string Key) IssueUntil(DateTimeOffset begin, DateTimeOffset end, params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Issue(key, begin, end, names);
        return (certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    public static X509Certificate2 Issue(ECDsa key, params string[] names) => Issue(key, Begin, End, names);

    public static X509Certificate2 Issue(RSA key, params string[] names) => Issue(
        new CertificateRequest($"CN={names[0]}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        Begin, End, names);

    private static X509Certificate2 Issue(ECDsa key, DateTimeOffset begin, DateTimeOffset end, string[] names) =>
        Issue(new CertificateRequest($"CN={names[0]}", key, HashAlgorithmName.SHA256), begin, end, names);

    private static X509Certificate2 Issue(
        CertificateRequest request, DateTimeOffset begin, DateTimeOffset end, string[] names)
    {
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
                alternatives.AddIpAddress(address);
            else
                alternatives.AddDnsName(name);
        }

        request.CertificateExtensions.Add(alternatives.Build());
        return request.Create(
            Intermediate.SubjectName,
            X509SignatureGenerator.CreateForECDsa(Intermediate.GetECDsaPrivateKey()!),
            begin, end, RandomNumberGenerator.GetBytes(8));
    }

    private static X509Certificate2 MakeAuthority(string name, X509Certificate2? issuer)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=ActorMail Test {name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        if (issuer is null)
            return request.CreateSelfSigned(Begin, End);

        var generator = X509SignatureGenerator.CreateForECDsa(issuer.GetECDsaPrivateKey()!);
        return request.Create(issuer.SubjectName, generator, Begin, End, RandomNumberGenerator.GetBytes(8))
            .CopyWithPrivateKey(key);
    }
}
