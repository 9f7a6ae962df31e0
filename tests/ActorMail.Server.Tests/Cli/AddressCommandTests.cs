using ActorMail.Server.Cli;

namespace ActorMail.Server.Tests.Cli;

public sealed class AddressCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("actormail-address-").FullName;

    public AddressCommandTests()
    {
        File.WriteAllText(
            Path.Join(_folder, "accounts"), "# actormail accounts 1\nbob@example.org\nann@example.org\n");
        Aliases("sales: ann@example.org, bob+sales", "@example.com: bob");
    }

    [Theory]
    [InlineData("bob", "is\ta mailbox\nmailbox\tbob@example.org\n")]
    [InlineData("Bob+x@example.net", "is\ta mailbox\ndetail\tx\nmailbox\tbob@example.org\n")]
    [InlineData("sales", "is\tan alias\nmailbox\tann@example.org\nmailbox\tbob@example.org\n")]
    [InlineData("anybody@example.com", "is\ttaken by the catch-all of its domain\nmailbox\tbob@example.org\n")]
    [InlineData("abuse", "is\ttaken by whoever stands in for postmaster\nmailbox\tbob@example.org\n")]
    public async Task It_says_where_mail_goes(string address, string listing) =>
        Assert.Equal((0, listing, ""), await Run("address", address));

    [Theory]
    [InlineData("eve", ExitCode.DataError, "eve@example.org: there is no such mailbox")]
    [InlineData("eve@evil.example", ExitCode.DataError,
        "eve@evil.example: the domain is not one of actormail.domains")]
    [InlineData("e v e", ExitCode.DataError, "'e v e' is no address, such as bob@example.org")]
    public async Task It_says_why_mail_goes_nowhere(string address, int code, string reason) =>
        Assert.Equal((code, "", $"actormail: {reason}\n"), await Run("address", address));

    [Fact]
    public async Task A_fault_of_the_table_is_told_here_and_by_check_config()
    {
        Aliases("sales: ann", "x", "y: a b");

        var address = await Run("address", "bob");
        var check = await Run("check-config");

        var path = Path.Join(_folder, "aliases");
        var fault = $"actormail: {path}: line 2: expected an alias such as sales@example.org: ann@example.org, "
            + "bob@example.org; found 'x'";
        Assert.Equal((ExitCode.Configuration, "", $"{fault} (and 1 more)\n"), address);
        Assert.Equal(
            (ExitCode.Configuration, "", $"{fault}\nactormail: {path}: line 3: 'a b' is no address\n"), check);
    }

    [Fact]
    public async Task Check_config_says_which_target_has_no_account()
    {
        Aliases("sales: ann, gone", "other: sales, postmaster");

        var (code, _, error) = await Run("check-config");

        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("the alias sales leads to gone@example.org, who has no account and gets nothing\n", error);
        Assert.Contains("the alias other leads to gone@example.org, who has no account and gets nothing\n", error);
        Assert.DoesNotContain("postmaster", error);
        Assert.DoesNotContain("ann", error);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Aliases(params string[] lines) => File.WriteAllLines(Path.Join(_folder, "aliases"), lines);

    private async Task<(int Code, string Out, string Error)> Run(params string[] command)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        string[] settings =
        [
            "--set", "actormail.data=" + _folder,
            "--set", "actormail.domains=example.org,example.com",
            "--set", "actormail.addresses.domain-aliases=example.net example.org",
            "--set", "actormail.accounts.mode=file",
            "--set", "actormail.tls.mode=off",
        ];
        var code = await CommandLine.RunAsync([.. settings, .. command], new Terminal { In = TextReader.Null, Out = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }
}
