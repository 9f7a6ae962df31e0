using System.Security.Cryptography;
using ActorMail.Storage.Certificates;
using ActorMail.Tests;

namespace ActorMail.Storage.Tests.Certificates;

public sealed class CertificateFileTests : IDisposable
{
    private readonly PemFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_certificate_is_loaded_with_its_key_its_chain_and_its_names()
    {
        var (chain, key) = TestCertificates.Issue("Mail.example.org", "*.example.net", "192.0.2.1", "2001:db8::1");
        var root = TestCertificates.Root.ExportCertificatePem();

        var loaded = Load(chain + root, key);

        Assert.True(loaded.Certificate.HasPrivateKey);
        Assert.Equal<string>(["mail.example.org", "*.example.net", "192.0.2.1", "2001:db8::1"], loaded.Names);
        Assert.Equal(TestCertificates.Intermediate.Thumbprint, Assert.Single(loaded.Chain).Thumbprint);
        Assert.False(loaded.IsSelfSigned);
        Assert.Matches("^([0-9A-F]{2}:){31}[0-9A-F]{2}$", loaded.Fingerprint);
    }

    public static TheoryData<string> Formats => ["pkcs8", "traditional", "with parameters", "after other text"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Keys_of_elliptic_curves_are_read_in_every_format(string format)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var certificate = TestCertificates.Issue(key, "mail.example.org");

        var loaded = Load(certificate.ExportCertificatePem(), format switch
        {
            "traditional" => key.ExportECPrivateKeyPem(),
            "with parameters" =>
                "-----BEGIN EC PARAMETERS-----\nBgUrgQQAIg==\n-----END EC PARAMETERS-----\n"
                    + key.ExportECPrivateKeyPem(),
            "after other text" => "Bag Attributes\r\n  friendlyName: mail\r\n" + key.ExportPkcs8PrivateKeyPem(),
            _ => key.ExportPkcs8PrivateKeyPem(),
        });

        Assert.Equal(key.ExportSubjectPublicKeyInfo(), loaded.Certificate.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.True(loaded.Certificate.HasPrivateKey);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Keys_of_RSA_are_read_in_every_format(bool isTraditional)
    {
        using var key = RSA.Create(2048);
        using var certificate = TestCertificates.Issue(key, "mail.example.org");

        var loaded = Load(
            certificate.ExportCertificatePem(),
            isTraditional ? key.ExportRSAPrivateKeyPem() : key.ExportPkcs8PrivateKeyPem());

        Assert.True(loaded.Certificate.HasPrivateKey);
    }

    [Fact]
    public void One_file_may_hold_the_key_and_the_chain_in_any_order()
    {
        var (chain, key) = TestCertificates.Issue("mail.example.org");
        var intermediate = TestCertificates.Intermediate.ExportCertificatePem() + "\n";
        var leaf = chain[..^intermediate.Length];

        foreach (var text in (string[])[key + chain, chain + key, intermediate + key + leaf])
        {
            var path = _folder.Write("one.pem", text.Replace("\n", "\r\n", StringComparison.Ordinal));
            var loaded = new CertificateFile(path, path).Load();

            Assert.Equal<string>(["mail.example.org"], loaded.Names);
            Assert.Equal(TestCertificates.Intermediate.Thumbprint, Assert.Single(loaded.Chain).Thumbprint);
        }
    }

    [Fact]
    public void The_key_that_fits_is_found_among_several()
    {
        using var rsa = RSA.Create(2048);
        var (chain, key) = TestCertificates.Issue("mail.example.org");
        var (_, other) = TestCertificates.Issue("other.example.org");

        Assert.True(Load(chain, rsa.ExportRSAPrivateKeyPem() + "\n" + other + key).Certificate.HasPrivateKey);
    }

    [Fact]
    public void A_certificate_of_another_time_is_loaded_and_says_so()
    {
        var now = new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

        var over = LoadUntil(now.AddDays(-90), now.AddMinutes(-1));
        var early = LoadUntil(now.AddDays(1), now.AddDays(90));
        var right = LoadUntil(now.AddDays(-1), now.AddDays(89));

        Assert.Equal("it ended on 2026-11-24 09:59 UTC", over.FaultAt(now));
        Assert.Equal("it begins only on 2026-11-25 10:00 UTC", early.FaultAt(now));
        Assert.Null(right.FaultAt(now));
    }

    [Theory]
    [InlineData("", "key", "cert.pem: there is no certificate in PEM in it")]
    [InlineData("key", "key", "cert.pem: there is no certificate in PEM in it")]
    [InlineData("broken", "key", "cert.pem: the first certificate in it is damaged")]
    [InlineData("chain", "", "key.pem: there is no private key in PEM in it")]
    [InlineData("chain", "chain", "key.pem: there is no private key in PEM in it")]
    [InlineData("chain", "broken key", "key.pem: the key does not fit the certificate {certificate}")]
    [InlineData("chain", "other key", "key.pem: the key does not fit the certificate {certificate}")]
    [InlineData("chain", "rsa key", "key.pem: the key does not fit the certificate {certificate}")]
    [InlineData("chain", "encrypted key",
        "key.pem: the key is encrypted; a server that starts by itself needs it without a password")]
    [InlineData("chain", "old encrypted key",
        "key.pem: the key is encrypted; a server that starts by itself needs it without a password")]
    public void What_is_wrong_with_a_file_is_said_with_its_name(string certificate, string key, string fault)
    {
        var (chain, fitting) = TestCertificates.Issue("mail.example.org");

        var failure = Assert.Throws<CertificateException>(() => Load(Text(certificate), Text(key)));

        Assert.Equal(
            _folder.PathOf(fault.Replace("{certificate}", _folder.PathOf("cert.pem"), StringComparison.Ordinal)),
            failure.Message);

        string Text(string kind) => kind switch
        {
            "chain" => chain,
            "key" => fitting,
            "broken" => "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "broken key" => "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            "other key" => TestCertificates.Issue("mail.example.org").Key,
            "rsa key" => RsaKey(),
            "encrypted key" => EncryptedKey(),
            "old encrypted key" => "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
                + "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\nAAAA\n-----END RSA PRIVATE KEY-----\n",
            _ => kind,
        };
    }

    [Fact]
    public void A_file_that_is_not_there_or_may_not_be_read_is_named()
    {
        var (chain, key) = TestCertificates.Issue("mail.example.org");
        var file = new CertificateFile(_folder.Write("cert.pem", chain), _folder.PathOf("key.pem"));

        Assert.Equal($"{file.KeyPath}: there is no such file", Fault(file));
        Assert.Equal(
            $"{_folder.PathOf("none/cert.pem")}: there is no such file",
            Fault(file with { CertificatePath = _folder.PathOf("none/cert.pem") }));
        Directory.CreateDirectory(_folder.PathOf("folder"));
        Assert.Equal(
            $"{_folder.PathOf("folder")}: is a folder", Fault(file with { KeyPath = _folder.PathOf("folder") }));
        _folder.Write("key.pem", key);
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
            return;

        File.SetUnixFileMode(file.KeyPath, UnixFileMode.None);
        Assert.Equal(
            $"{file.KeyPath}: this user ({Environment.UserName}) has no permission to read it", Fault(file));
    }

    [Fact]
    public void A_file_without_end_is_not_read()
    {
        var (chain, key) = TestCertificates.Issue("mail.example.org");

        var failure = Assert.Throws<CertificateException>(
            () => Load(chain + new string('\n', 1024 * 1024), key));

        Assert.EndsWith("cert.pem: has more than 1048576 octets, so it is no PEM file", failure.Message);
    }

    [Fact]
    public void No_prefix_of_a_file_does_harm()
    {
        var (chain, key) = TestCertificates.Issue("mail.example.org");
        var text = key + chain;
        for (var length = 0; length < text.Length; length += 7)
        {
            var path = _folder.Write("half.pem", text[..length]);
            try
            {
                Assert.Equal<string>(["mail.example.org"], new CertificateFile(path, path).Load().Names);
            }
            catch (CertificateException fault)
            {
                Assert.StartsWith(path, fault.Message);
            }
        }
    }

    [Fact]
    public void The_stamp_differs_after_any_change_of_either_file()
    {
        var (chain, key) = TestCertificates.Issue("mail.example.org");
        var file = new CertificateFile(_folder.Write("cert.pem", chain), _folder.PathOf("key.pem"));
        var stamps = new List<string> { file.Stamp() };

        _folder.Write("key.pem", key);
        stamps.Add(file.Stamp());
        Assert.Equal(stamps[^1], file.Stamp());
        // As long as before, and perhaps within the clock's grain.
        _folder.Write("key.pem", key.Replace('A', 'B'));
        stamps.Add(file.Stamp());
        _folder.Write("cert.pem", "");
        stamps.Add(file.Stamp());
        File.Delete(file.CertificatePath);
        stamps.Add(file.Stamp());

        Assert.Equal(stamps.Count, stamps.Distinct().Count());
        _folder.Write("cert.pem", chain);
        _folder.Write("key.pem", key);
        Assert.Equal(stamps[1], file.Stamp());
    }

    /// <summary>As certbot has it: <c>live/fullchain.pem -> ../archive/fullchain2.pem</c>.</summary>
    [Fact]
    public void A_symbolic_link_that_points_elsewhere_is_a_change()
    {
        if (OperatingSystem.IsWindows())
            return;

        foreach (var number in (int[])[1, 2])
        {
            var (chain, key) = TestCertificates.Issue($"mail{number}.example.org");
            _folder.Write($"cert{number}.pem", chain);
            _folder.Write($"key{number}.pem", key);
        }

        var file = new CertificateFile(_folder.PathOf("cert.pem"), _folder.PathOf("key.pem"));
        Link(1);
        var first = file.Stamp();
        Assert.Equal<string>(["mail1.example.org"], file.Load().Names);
        Link(2);

        Assert.NotEqual(first, file.Stamp());
        Assert.Equal<string>(["mail2.example.org"], file.Load().Names);

        void Link(int number)
        {
            foreach (var name in (string[])["cert", "key"])
            {
                File.Delete(_folder.PathOf($"{name}.pem"));
                File.CreateSymbolicLink(_folder.PathOf($"{name}.pem"), $"{name}{number}.pem");
            }
        }
    }

    private static string Fault(CertificateFile file) =>
        Assert.Throws<CertificateException>(() => file.Load()).Message;

    private static string RsaKey()
    {
        using var key = RSA.Create(2048);
        return key.ExportPkcs8PrivateKeyPem();
    }

    private static string EncryptedKey()
    {
        using var key = ECDsa.Create();
        return key.ExportEncryptedPkcs8PrivateKeyPem(
            "secret", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1_000));
    }

    private LoadedCertificate LoadUntil(DateTimeOffset begin, DateTimeOffset end)
    {
        var (chain, key) = TestCertificates.IssueUntil(begin, end, "mail.example.org");
        return Load(chain, key);
    }

    private LoadedCertificate Load(string certificate, string key) =>
        new CertificateFile(_folder.Write("cert.pem", certificate), _folder.Write("key.pem", key)).Load();
}
