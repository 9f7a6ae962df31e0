using ActorMail.Server.Cli;
using ActorMail.Storage.Certificates;
using ActorMail.Tests;

namespace ActorMail.Server.Tests.Cli;

public sealed class CertificateCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("actormail-cert-").FullName;
    private readonly CertificateFile _own;

    public CertificateCommandTests() => _own = SelfSignedCertificate.FileIn(_folder);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Where_there_is_none_yet_show_says_so_and_makes_none()
    {
        var run = await Run("cert", "show");

        Assert.Equal(
            (0, "", $"note: there is no {_own.CertificatePath} yet; the server's start or actormail cert new makes it"
                + "\n"),
            run);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task A_new_one_is_made_and_shown()
    {
        var made = await Run("cert", "new");
        var shown = await Run("cert", "show");
        var loaded = _own.Load();

        Assert.Equal((0, "made a new certificate; clients must be told to trust it\n" + shown.Out, ""), made);
        var lines = shown.Out.TrimEnd('\n').Split('\n')
            .Select(line => line.Split('\t')).ToDictionary(it => it[0], it => it[1]);
        Assert.Equal(_own.CertificatePath, lines["certificate"]);
        Assert.Equal(_own.KeyPath, lines["key"]);
        Assert.Equal("yes", lines["key fits"]);
        Assert.Equal("mail.example.org, localhost, 127.0.0.1, ::1", lines["names"]);
        Assert.Equal("yes", lines["self-signed"]);
        Assert.Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8} UTC \\(8[12][0-9] days left\\)$", lines["valid until"]);
        Assert.Equal(loaded.Fingerprint, lines["SHA-256 fingerprint"]);
    }

    [Fact]
    public async Task Another_new_one_keeps_the_one_before()
    {
        await Run("cert", "new");
        var first = _own.Load().Fingerprint;

        Assert.Equal(0, (await Run("cert", "new")).Code);

        Assert.NotEqual(first, _own.Load().Fingerprint);
        var old = new CertificateFile(_own.CertificatePath + ".old", _own.KeyPath + ".old");
        Assert.Equal(first, old.Load().Fingerprint);
    }

    [Fact]
    public async Task Files_of_somebody_else_are_shown_and_not_replaced()
    {
        var (chain, key) = TestCertificates.Issue("mail.example.org");
        var (one, two) = (Write("one.pem", chain + key), Write("two.pem", chain));
        string[] settings = ["--set", $"actormail.tls.certificates={one},{two}"];

        var shown = await Run(["cert", "show", .. settings]);
        var made = await Run(["cert", "new", .. settings]);

        Assert.Equal(1, shown.Code);
        Assert.Contains($"certificate\t{one}\n", shown.Out);
        Assert.Contains("issuer\tCN=ActorMail Test Intermediate\n", shown.Out);
        Assert.Equal($"actormail: {two}: there is no private key in PEM in it\n", shown.Error);
        Assert.Equal(
            (65, "", "actormail: actormail.tls.certificates names files of somebody else, who renews them; nothing was "
                + "changed\n"),
            made);
    }

    [Fact]
    public async Task Somebody_elses_certificate_in_the_place_of_ours_is_left_alone()
    {
        var (chain, key) = TestCertificates.Issue("mail.example.org");
        Directory.CreateDirectory(Path.GetDirectoryName(_own.KeyPath)!);
        await File.WriteAllTextAsync(_own.CertificatePath, chain);
        await File.WriteAllTextAsync(_own.KeyPath, key);

        var run = await Run("cert", "new");

        Assert.Equal(73, run.Code);
        Assert.Equal(
            $"actormail: {_own.CertificatePath} was not made by actormail, and is left alone; move it away first\n",
            run.Error);
        Assert.Equal(chain, await File.ReadAllTextAsync(_own.CertificatePath));
    }

    [Fact]
    public async Task One_that_has_ended_is_shown_with_a_note()
    {
        var end = DateTimeOffset.UtcNow.AddDays(-1);
        var (chain, key) = TestCertificates.IssueUntil(end.AddDays(-90), end, "mail.example.org");

        var run = await Run("cert", "show", "--set", $"actormail.tls.certificates={Write("old.pem", chain + key)}");

        Assert.Equal(0, run.Code);
        Assert.Contains(" UTC (over)\n", run.Out);
        Assert.Contains("old.pem: clients refuse it, for it ended on ", run.Error);
    }

    [Fact]
    public async Task Check_config_names_every_certificate_that_a_server_could_not_use()
    {
        var (chain, _) = TestCertificates.Issue("mail.example.org");
        var (one, two) = (Path.Join(_folder, "none.pem"), Write("two.pem", chain));
        string[] settings = ["check-config", "--set", $"actormail.tls.certificates={one},{two}"];

        var run = await Run(settings);
        var off = await Run([.. settings, "--set", "actormail.tls.mode=off"]);

        Assert.Equal(
            (78, "", $"""
                actormail: actormail.tls.certificates: {one}: there is no such file
                actormail: actormail.tls.certificates: {two}: there is no private key in PEM in it

                """),
            run);
        Assert.Equal(0, off.Code);
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(Path.Join(_folder, name), text);
        return Path.Join(_folder, name);
    }

    private async Task<(int Code, string Out, string Error)> Run(params string[] command)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal { In = TextReader.Null, Out = output, Error = error };
        string[] settings =
            ["--set", "actormail.data=" + _folder, "--set", "actormail.hostname=mail.example.org", .. command];
        var code = await CommandLine.RunAsync(settings, terminal);
        return (code, output.ToString(), error.ToString());
    }
}
