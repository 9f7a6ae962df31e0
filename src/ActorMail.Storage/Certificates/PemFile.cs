using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ActorMail.Storage.Certificates;

/// <summary>The blocks of a PEM file (RFC 7468) that a server needs. What is between them is skipped.</summary>
internal sealed class PemFile(string path)
{
    /// <summary>In octets; a chain with its key has some ten thousand.</summary>
    public const int MaxLength = 1024 * 1024;

    private const string EncryptedKey = "ENCRYPTED PRIVATE KEY";

    /// <summary>As OpenSSL wrote encrypted keys before PKCS #8 (RFC 1421 §4.6.1.1).</summary>
    private const string EncryptionHeader = "Proc-Type: 4,ENCRYPTED";

    private static readonly string[] CertificateLabels = ["CERTIFICATE", "X509 CERTIFICATE"];
    private static readonly string[] KeyLabels = ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"];

    /// <exception cref="CertificateException">The file cannot be read; the message says why.</exception>
    public static byte[] ReadOctets(string path)
    {
        try
        {
            using var file = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > MaxLength)
                throw new CertificateException($"{path}: has more than {MaxLength} octets, so it is no PEM file");

            var octets = new byte[file.Length];
            return octets[..file.ReadAtLeast(octets, octets.Length, throwOnEndOfStream: false)];
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CertificateException($"{path}: there is no such file", fault);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new CertificateException(
                Directory.Exists(path)
                    ? $"{path}: is a folder"
                    : $"{path}: this user ({Environment.UserName}) has no permission to read it",
                fault);
        }
        catch (Exception fault) when (fault is IOException or NotSupportedException)
        {
            throw new CertificateException($"{path}: cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>At least one, in the order of the file.</summary>
    public List<X509Certificate2> ReadCertificates()
    {
        var certificates = new List<X509Certificate2>();
        foreach (var (_, block) in Blocks(CertificateLabels))
        {
            try
            {
                certificates.Add(X509CertificateLoader.LoadCertificate(Decode(block)));
            }
            catch (CryptographicException fault)
            {
                throw new CertificateException(
                    $"{path}: the {Ordinal(certificates.Count)} certificate in it is damaged", fault);
            }
        }

        return certificates.Count > 0
            ? certificates
            : throw new CertificateException($"{path}: there is no certificate in PEM in it");
    }

    /// <summary>At least one, each a PEM block of its own.</summary>
    public List<string> ReadKeys()
    {
        var keys = Blocks(KeyLabels).Select(found => found.Block).ToList();
        if (keys.Count > 0)
            return keys;

        var isEncrypted = Blocks([EncryptedKey]).Count > 0
            || Text().Contains(EncryptionHeader, StringComparison.Ordinal);
        throw new CertificateException(
            isEncrypted
                ? $"{path}: the key is encrypted; a server that starts by itself needs it without a password"
                : $"{path}: there is no private key in PEM in it");
    }

    private static byte[] Decode(string block)
    {
        var fields = PemEncoding.Find(block);
        return Convert.FromBase64String(block[fields.Base64Data]);
    }

    private static string Ordinal(int index) => index switch
    {
        0 => "first",
        1 => "second",
        2 => "third",
        _ => $"{index + 1}th",
    };

    private List<(string Label, string Block)> Blocks(string[] labels)
    {
        var blocks = new List<(string Label, string Block)>();
        var rest = Text().AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            var label = rest[fields.Label].ToString();
            if (labels.Contains(label))
                blocks.Add((label, rest[fields.Location].ToString()));
            rest = rest[fields.Location.End..];
        }

        return blocks;
    }

    private string Text() => Encoding.Latin1.GetString(ReadOctets(path));
}
