using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Certificates;

/// <summary>
/// The certificate of a server that nobody has given one, in <c>tls/</c> of the data folder: good for encrypting, and
/// for a client that has compared its fingerprint once. Files that somebody else has put there are never touched.
/// </summary>
public static class SelfSignedCertificate
{
    /// <summary>So long before its end it is replaced at the next start.</summary>
    public static readonly TimeSpan RenewalTime = TimeSpan.FromDays(14);

    private const string Organization = "ActorMail, self-signed";
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>Apple's mail programs take no certificate that lasts longer than 825 days.</summary>
    private const int LifeDays = 820;

    /// <summary>RFC 5280 §A.1, ub-common-name.</summary>
    private const int MaxCommonNameLength = 64;

    /// <summary>Where the pair of a data folder is.</summary>
    public static CertificateFile FileIn(string dataFolder) => new(
        Path.Join(dataFolder, "tls", "certificate.pem"), Path.Join(dataFolder, "tls", "key.pem"));

    /// <summary>
    /// Sees that there is one: makes it if there is none, and makes it again if it is ours and ends soon, is for
    /// another name, or has lost its key. True if one was made.
    /// </summary>
    /// <param name="hostname">A domain, or an address literal in brackets.</param>
    /// <exception cref="CertificateException">The files cannot be written.</exception>
    public static bool Ensure(CertificateFile file, string hostname, DateTimeOffset now)
    {
        if (!IsWanted(file, hostname, now))
            return false;

        Write(file, hostname, now);
        return true;
    }

    /// <summary>Whether <see cref="Ensure"/> would make one.</summary>
    public static bool IsWanted(CertificateFile file, string hostname, DateTimeOffset now) =>
        !File.Exists(file.CertificatePath) || NeedsRenewal(file, hostname, now);

    /// <summary>Makes a new pair; the one before is kept beside it, with <c>.old</c> behind the names.</summary>
    /// <exception cref="CertificateException">
    /// The certificate that is there is somebody else's, or the files cannot be written.
    /// </exception>
    public static void Replace(CertificateFile file, string hostname, DateTimeOffset now)
    {
        if (IsForeign(file))
        {
            throw new CertificateException(
                $"{file.CertificatePath}: was not made by actormail, and is left alone; move it away first");
        }

        Write(file, hostname, now);
    }

    /// <summary>Whether there is one that somebody else has made.</summary>
    public static bool IsForeign(CertificateFile file) => File.Exists(file.CertificatePath) && !IsOurs(file);

    private static bool NeedsRenewal(CertificateFile file, string hostname, DateTimeOffset now)
    {
        if (!IsOurs(file))
            return false;

        try
        {
            var loaded = file.Load();
            return loaded.NotAfter - now < RenewalTime
                || !NamesOf(hostname).All(name => loaded.Names.Contains(name));
        }
        catch (CertificateException fault)
        {
            // A right that is missing is not mended by another key.
            return fault.InnerException is not UnauthorizedAccessException;
        }
    }

    private static bool IsOurs(CertificateFile file)
    {
        try
        {
            var certificate = new PemFile(file.CertificatePath).ReadCertificates()[0];
            return certificate.Subject == certificate.Issuer
                && certificate.SubjectName.EnumerateRelativeDistinguishedNames()
                    .Any(part => !part.HasMultipleElements && part.GetSingleElementValue() == Organization);
        }
        catch (Exception fault) when (fault is CertificateException or CryptographicException)
        {
            return false;
        }
    }

    private static void Write(CertificateFile file, string hostname, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Make(key, hostname, now);
        try
        {
            var folder = Path.GetDirectoryName(file.CertificatePath)!;
            if (Path.GetDirectoryName(folder) is { Length: > 0 } parent)
                RealDisk.Instance.CreateFolder(parent);
            RealDisk.Instance.CreateFolder(folder);
            Keep(file.KeyPath);
            Keep(file.CertificatePath);
            // All that can fail is done before the first of them is in its place, so that they fit again at once.
            Prepare(file.KeyPath, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));
            Prepare(file.CertificatePath, Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n"));
            RealDisk.Instance.Rename(Prepared(file.KeyPath), file.KeyPath);
            RealDisk.Instance.Rename(Prepared(file.CertificatePath), file.CertificatePath);
            RealDisk.Instance.FlushFolder(folder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CertificateException(
                $"{file.CertificatePath}: a certificate cannot be written: {fault.Message}", fault);
        }
    }

    private static X509Certificate2 Make(ECDsa key, string hostname, DateTimeOffset now)
    {
        var names = NamesOf(hostname);
        var subject = new X500DistinguishedNameBuilder();
        subject.AddOrganizationName(Organization);
        if (names[0].Length <= MaxCommonNameLength)
            subject.AddCommonName(names[0]);

        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], critical: false));
        request.CertificateExtensions.Add(AlternativeNames(names));
        // An hour earlier, for clients whose clock is behind.
        return request.CreateSelfSigned(now.AddHours(-1), now.AddDays(LifeDays));
    }

    private static X509Extension AlternativeNames(string[] names)
    {
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
                alternatives.AddIpAddress(address);
            else
                alternatives.AddDnsName(name);
        }

        return alternatives.Build();
    }

    /// <summary>The hostname first, if a certificate can have it at all.</summary>
    private static string[] NamesOf(string hostname)
    {
        var own = hostname is ['[', .. var literal, ']'] ? AddressIn(literal) : hostname.ToLowerInvariant();
        string[] names = ["localhost", "127.0.0.1", "::1"];
        return Uri.CheckHostName(own) is UriHostNameType.Unknown or UriHostNameType.Basic
            ? names
            : [.. names.Prepend(own).Distinct()];
    }

    /// <summary>The address in a literal (RFC 5321 §4.1.3) as a certificate has it; empty for another one.</summary>
    private static string AddressIn(string literal)
    {
        const string Version6 = "IPv6:";
        var text = literal.StartsWith(Version6, StringComparison.OrdinalIgnoreCase)
            ? literal[Version6.Length..]
            : literal;
        return IPAddress.TryParse(text, out var address) ? address.ToString() : "";
    }

    private static void Keep(string path)
    {
        if (!File.Exists(path))
            return;

        var old = path + ".old";
        Prepare(old, PemFile.ReadOctets(path));
        RealDisk.Instance.Rename(Prepared(old), old);
    }

    /// <summary>For the owner alone before there is anything in it.</summary>
    private static void Prepare(string path, byte[] content)
    {
        RealDisk.Instance.Delete(Prepared(path));
        using var file = RealDisk.Instance.Open(Prepared(path), DiskAccess.CreateNew);
        file.Write(content, 0);
        file.Flush();
    }

    private static string Prepared(string path) => path + ".new";
}
