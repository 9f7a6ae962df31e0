using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorMail.Storage.Certificates;

namespace ActorMail.Actors.Net;

/// <summary>
/// A certificate as handshakes use it. It is made once and lives as long as its certificate is in force: TLS 1.3
/// sessions are resumed within it (RFC 8446 §2.2), and its chain is built only here.
/// </summary>
public sealed class TlsIdentity
{
    /// <summary>
    /// Forward secrecy and authenticated encryption only (RFC 9325 §4.2): no CBC, no RSA key exchange, nothing below
    /// 128 bits.
    /// </summary>
    private static readonly TlsCipherSuite[] Suites =
    [
        TlsCipherSuite.TLS_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    ];

    private readonly SslServerAuthenticationOptions _forTls13;
    private readonly SslServerAuthenticationOptions _forOthers;

    public TlsIdentity(LoadedCertificate certificate)
    {
        Names = certificate.Names;
        EndPointBinding = HashForBinding(certificate.Certificate);
        // Offline: a handshake must not wait for what somebody else serves.
        var context = SslStreamCertificateContext.Create(certificate.Certificate, certificate.Chain, offline: true);
        // Windows has its suites from its own policy.
        _forOthers = MakeOptions(
            context,
            SslProtocols.Tls12 | SslProtocols.Tls13,
            OperatingSystem.IsWindows() ? null : new CipherSuitesPolicy(Suites));
        _forTls13 = OperatingSystem.IsLinux() ? MakeOptions(context, SslProtocols.Tls13, suites: null) : _forOthers;
    }

    /// <summary>As in the certificate, in small letters; one may begin with <c>*.</c></summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>
    /// <c>tls-server-end-point</c> (RFC 5929 §4.1); empty where the signature of the certificate has no one hash.
    /// </summary>
    public ReadOnlyMemory<byte> EndPointBinding { get; }

    /// <summary>
    /// What a handshake goes by. With a policy on cipher suites .NET makes an OpenSSL context for each connection, and
    /// resumes nothing. TLS 1.3 alone needs no policy: all its suites are as good (RFC 8446 §B.4).
    /// </summary>
    /// <param name="offersTls13">False if the client does not, or if it is not known.</param>
    internal SslServerAuthenticationOptions OptionsFor(bool offersTls13) => offersTls13 ? _forTls13 : _forOthers;

    /// <summary>True if a client that asks for this name is served with the certificate (RFC 6125 §6.4.3).</summary>
    public bool IsFor(string serverName)
    {
        var dot = serverName.IndexOf('.', StringComparison.Ordinal);
        var wildcard = dot > 0 ? $"*{serverName[dot..]}" : serverName;
        return Names.Any(name => name.Equals(serverName, StringComparison.OrdinalIgnoreCase)
            || name.Equals(wildcard, StringComparison.OrdinalIgnoreCase));
    }

    private static SslServerAuthenticationOptions MakeOptions(
        SslStreamCertificateContext context, SslProtocols protocols, CipherSuitesPolicy? suites) => new()
        {
            ServerCertificateContext = context,
            EnabledSslProtocols = protocols,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            ClientCertificateRequired = false,
            AllowRenegotiation = false,
            CipherSuitesPolicy = suites,
        };

    private static byte[] HashForBinding(X509Certificate2 certificate) => certificate.SignatureAlgorithm.Value switch
    {
        // MD5 and SHA-1 are replaced by SHA-256 (RFC 5929 §4.1).
        "1.2.840.113549.1.1.4" or "1.2.840.113549.1.1.5" or "1.2.840.10045.4.1" or
        "1.2.840.113549.1.1.11" or "1.2.840.10045.4.3.2" => SHA256.HashData(certificate.RawDataMemory.Span),
        "1.2.840.113549.1.1.12" or "1.2.840.10045.4.3.3" => SHA384.HashData(certificate.RawDataMemory.Span),
        "1.2.840.113549.1.1.13" or "1.2.840.10045.4.3.4" => SHA512.HashData(certificate.RawDataMemory.Span),
        _ => [],
    };
}
