using System.Security.Cryptography.X509Certificates;
using ActorMail.Storage.Certificates;
using ActorMail.Tests;

namespace ActorMail.Storage.Tests.Certificates;

public sealed class SelfSignedCertificateTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    private readonly PemFolder _folder = new();
    private readonly CertificateFile _file;

    public SelfSignedCertificateTests() => _file = SelfSignedCertificate.FileIn(_folder.PathOf("data"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_is_made_for_the_host_and_this_machine_where_there_is_none()
    {
        Assert.True(SelfSignedCertificate.Ensure(_file, "Mail.example.org", Now));
        var loaded = _file.Load();

        Assert.Equal<string>(["mail.example.org", "localhost", "127.0.0.1", "::1"], loaded.Names);
        Assert.True(loaded.IsSelfSigned);
        Assert.Null(loaded.FaultAt(Now));
        Assert.Equal(Now.AddDays(820), loaded.NotAfter);
        Assert.Equal("1.2.840.10045.2.1", loaded.Certificate.GetKeyAlgorithm());
        Assert.Equal(256, loaded.Certificate.GetECDsaPublicKey()!.KeySize);
        var uses = loaded.Certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages;
        Assert.Equal("1.3.6.1.5.5.7.3.1", Assert.Single(uses.Cast<System.Security.Cryptography.Oid>()).Value);
        Assert.False(
            loaded.Certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
    }

    [Theory]
    [InlineData("[192.0.2.1]", "192.0.2.1")]
    [InlineData("[IPv6:2001:db8::1]", "2001:db8::1")]
    [InlineData("localhost", "localhost")]
    [InlineData("[x-tag:1]", "localhost")]
    [InlineData("a234567890123456789012345678901234567890.b234567890123456789012345678901234567890.example.org",
        "a234567890123456789012345678901234567890.b234567890123456789012345678901234567890.example.org")]
    public void One_of_its_names_is_that_of_the_host_whatever_it_is(string hostname, string name)
    {
        SelfSignedCertificate.Ensure(_file, hostname, Now);

        var names = _file.Load().Names;
        Assert.Contains(name, names);
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.False(SelfSignedCertificate.Ensure(_file, hostname, Now));
    }

    [Fact]
    public void Nobody_else_may_read_the_key()
    {
        if (OperatingSystem.IsWindows())
            return;

        SelfSignedCertificate.Ensure(_file, "mail.example.org", Now);
        SelfSignedCertificate.Replace(_file, "mail.example.org", Now);

        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(Owner, File.GetUnixFileMode(_file.KeyPath));
        Assert.Equal(Owner, File.GetUnixFileMode(_file.KeyPath + ".old"));
        Assert.Equal(
            Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(_file.KeyPath)!));
    }

    [Fact]
    public void It_stays_until_it_ends_soon_or_the_host_has_another_name()
    {
        SelfSignedCertificate.Ensure(_file, "mail.example.org", Now);
        var first = _file.Load().Fingerprint;

        Assert.False(SelfSignedCertificate.Ensure(_file, "MAIL.example.org", Now.AddDays(800)));
        Assert.Equal(first, _file.Load().Fingerprint);
        Assert.True(SelfSignedCertificate.Ensure(_file, "mx.example.org", Now));
        var second = _file.Load();
        Assert.Equal("mx.example.org", second.Names[0]);
        Assert.True(SelfSignedCertificate.Ensure(_file, "mx.example.org", Now.AddDays(807)));
        Assert.NotEqual(second.Fingerprint, _file.Load().Fingerprint);
    }

    [Fact]
    public void A_pair_that_a_crash_left_half_done_is_made_again()
    {
        foreach (var spoil in (Action[])
            [
                () => File.Delete(_file.KeyPath),
                () => File.WriteAllText(_file.KeyPath, TestCertificates.Issue("other.example.org").Key),
                () => File.Delete(_file.CertificatePath),
            ])
        {
            SelfSignedCertificate.Ensure(_file, "mail.example.org", Now);
            spoil();

            Assert.True(SelfSignedCertificate.Ensure(_file, "mail.example.org", Now));
            Assert.Equal("mail.example.org", _file.Load().Names[0]);
        }
    }

    [Fact]
    public void What_somebody_else_has_put_there_is_left_alone()
    {
        var (chain, key) = TestCertificates.IssueUntil(Now.AddYears(-2), Now.AddYears(-1), "old.example.org");
        Directory.CreateDirectory(Path.GetDirectoryName(_file.KeyPath)!);
        File.WriteAllText(_file.KeyPath, key);
        foreach (var text in (string[])[chain, "no certificate", TestCertificates.Root.ExportCertificatePem()])
        {
            File.WriteAllText(_file.CertificatePath, text);

            Assert.False(SelfSignedCertificate.Ensure(_file, "mail.example.org", Now));
            var failure = Assert.Throws<CertificateException>(
                () => SelfSignedCertificate.Replace(_file, "mail.example.org", Now));
            Assert.StartsWith($"{_file.CertificatePath}: was not made by actormail", failure.Message);
            Assert.Equal((text, key), (File.ReadAllText(_file.CertificatePath), File.ReadAllText(_file.KeyPath)));
        }
    }

    [Fact]
    public void A_new_one_keeps_the_one_before_beside_it()
    {
        SelfSignedCertificate.Ensure(_file, "mail.example.org", Now);
        var first = _file.Load().Fingerprint;

        SelfSignedCertificate.Replace(_file, "mail.example.org", Now);

        var old = new CertificateFile(_file.CertificatePath + ".old", _file.KeyPath + ".old");
        Assert.NotEqual(first, _file.Load().Fingerprint);
        Assert.Equal(first, old.Load().Fingerprint);
        Assert.Equal(4, Directory.GetFiles(Path.GetDirectoryName(_file.KeyPath)!).Length);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named()
    {
        File.WriteAllText(_folder.PathOf("data"), "a file");

        var failure = Assert.Throws<CertificateException>(
            () => SelfSignedCertificate.Ensure(_file, "mail.example.org", Now));

        Assert.StartsWith($"{_file.CertificatePath}: a certificate cannot be written: ", failure.Message);
    }
}
