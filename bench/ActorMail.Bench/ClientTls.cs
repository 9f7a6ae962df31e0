using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace ActorMail.Bench;

/// <summary>How the generator speaks TLS: with any certificate, since it measures servers and trusts none.</summary>
[SuppressMessage("Security", "CA5359", Justification = "The load goes to servers of the same run, on loopback.")]
public static class ClientTls
{
    /// <param name="name">Asked for by SNI; sessions are resumed within one name (RFC 8446 §2.2).</param>
    /// <param name="resumes">Whether a handshake may go on with an earlier session of the same name.</param>
    public static SslClientAuthenticationOptions For(string name, bool resumes) => new()
    {
        TargetHost = name,
        AllowTlsResume = resumes,
        RemoteCertificateValidationCallback = static (_, _, _, _) => true,
        CertificateChainPolicy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck,
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            DisableCertificateDownloads = true,
        },
    };
}
