namespace ActorMail.Storage.Certificates;

/// <summary>
/// A certificate and its private key in PEM files, which somebody else may replace at any time: an ACME client, or
/// <c>actormail cert new</c>.
/// </summary>
/// <param name="CertificatePath">The certificate first, then those who vouch for it.</param>
/// <param name="KeyPath">May be the same file.</param>
public sealed record CertificateFile(string CertificatePath, string KeyPath)
{
    /// <summary>What the files look like now; another value after any change.</summary>
    public string Stamp() => throw new NotImplementedException();

    /// <exception cref="CertificateException">The files are not there, not readable, or do not fit together.</exception>
    public LoadedCertificate Load() => throw new NotImplementedException();
}
