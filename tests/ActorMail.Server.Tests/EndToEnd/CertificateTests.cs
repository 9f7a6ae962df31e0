using ActorMail.Storage.Certificates;
using ActorMail.Tests;

namespace ActorMail.Server.Tests.EndToEnd;

/// <summary>What a server does about its certificates when it starts.</summary>
public sealed class CertificateTests
{
    [Fact]
    [Requirement("T4")]
    public async Task The_first_start_makes_a_certificate_says_its_fingerprint_and_listens_on_all_ports()
    {
        using var folder = TestFolder.Create();
        var request = new TestServer.Request(
            folder.Data, "submission.listen=127.0.0.1:0", "submissions.listen=127.0.0.1:0", "pop3s.listen=127.0.0.1:0")
        {
            Listeners = 5,
        };
        await using var server = await TestServer.StartAsync(request);
        var own = SelfSignedCertificate.FileIn(folder.Data);

        Assert.Equal(
            ["smtp", "submission", "submissions", "pop3", "pop3s"], server.Listeners.Select(one => one.Protocol));
        Assert.Contains(
            $"TLS with the self-signed certificate {own.CertificatePath} for mail.example.org, localhost, 127.0.0.1, "
                + $"::1, SHA-256 fingerprint {own.Load().Fingerprint}\n",
            server.Output);
    }

    [Fact]
    public async Task The_next_start_takes_the_same_certificate()
    {
        using var folder = TestFolder.Create();
        await using (await TestServer.StartAsync(folder.Data))
        {
        }

        var first = await File.ReadAllTextAsync(SelfSignedCertificate.FileIn(folder.Data).CertificatePath);
        await using var server = await TestServer.StartAsync(folder.Data);

        Assert.Equal(first, await File.ReadAllTextAsync(SelfSignedCertificate.FileIn(folder.Data).CertificatePath));
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_used_ends_the_start_with_78_and_names_the_file()
    {
        using var folder = TestFolder.Create();
        var path = folder.PathOf("cert.pem");
        await File.WriteAllTextAsync(path, TestCertificates.Issue("mail.example.org").Chain);

        var ended = await Executable.RunAsync(
            "--set", $"actormail.data={folder.Data}", "--set", "actormail.smtp.listen=127.0.0.1:0",
            "--set", "actormail.pop3.listen=127.0.0.1:0", "--set", $"actormail.tls.certificates={path}");

        Assert.Equal(78, ended.Code);
        Assert.Equal(
            $"actormail: actormail.tls.certificates: {path}: there is no private key in PEM in it",
            ended.Error.TrimEnd());
        Assert.DoesNotContain("smtp 127.0.0.1", ended.Out);
    }

    [Fact]
    public async Task With_TLS_off_no_certificate_is_made()
    {
        using var folder = TestFolder.Create();
        await using var server = await TestServer.StartAsync(folder.Data, "tls.mode=off");

        Assert.False(Directory.Exists(Path.Join(folder.Data, "tls")));
        Assert.Contains("TLS is off: passwords and mail cross the network in clear\n", server.Output);
    }
}
