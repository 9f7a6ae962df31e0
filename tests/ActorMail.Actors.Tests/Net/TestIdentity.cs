using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorMail.Actors.Net;
using ActorMail.Storage.Certificates;

namespace ActorMail.Actors.Tests.Net;

/// <summary>Certificates for tests, the same for all.</summary>
internal static class TestIdentity
{
    public static TlsIdentity Of(params string[] names) => new(Certificate(names));

    /// <summary>One for <c>mail.example.org</c>.</summary>
    public static TlsIdentities Single { get; } = Of(Of("mail.example.org"));

    public static TlsIdentities Of(params TlsIdentity[] identities)
    {
        var all = new TlsIdentities();
        all.Replace([.. identities]);
        return all;
    }

    public static LoadedCertificate Certificate(params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={names[0]}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
            alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        var now = DateTimeOffset.UtcNow;
        return new LoadedCertificate(request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1)), [], [.. names]);
    }
}
