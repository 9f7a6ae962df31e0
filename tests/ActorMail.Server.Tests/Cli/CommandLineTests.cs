using ActorMail.Server.Cli;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Server.Tests.Cli;

public sealed class CommandLineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("actormail-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Check_config_says_ok_and_what_differs_from_the_defaults()
    {
        var file = Write("my.hocon", "actormail {\n  profile = basic\n}\n");

        var run = await Run("check-config", "--config", file, "--set", "actormail.smtp.listen=127.0.0.1:0,[::1]:0");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal("", run.Error);
        Assert.Equal(
            $"""
            configuration ok
            actormail.profile = basic  ({file}:2)
            actormail.smtp.listen = 127.0.0.1:0,[::1]:0  (--set)

            """,
            run.Out);
    }

    [Fact]
    public async Task Check_config_reports_every_fault_on_standard_error_and_exits_78()
    {
        var file = Write("my.hocon", "actormail {\n  smtp.lisen = x\n  profile = v9\n}\n");

        var run = await Run("check-config", "--config", file);

        Assert.Equal(78, run.Code);
        Assert.Equal("", run.Out);
        Assert.Equal(
            $"""
            {file}:2: actormail.smtp.lisen: unknown setting; did you mean actormail.smtp.listen?
            {file}:3: actormail.profile: expected one of default, basic, found 'v9'
            actormail: 2 faults in the configuration; nothing was started

            """,
            run.Error);
    }

    [Fact]
    public async Task A_warning_goes_to_standard_error_and_stops_nothing()
    {
        var run = await Run("check-config", "--set", "actormail.smtp.max-recipients=5");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal(
            "warning: --set: actormail.smtp.max-recipients: RFC 5321 §4.5.3.1.8 asks for at least 100\n", run.Error);
        Assert.StartsWith("configuration ok\n", run.Out);
    }

    [Theory]
    [InlineData]
    [InlineData("run")]
    [InlineData("demo")]
    [InlineData("check-config")]
    public async Task No_command_starts_with_a_faulty_configuration(params string[] command)
    {
        var run = await Run([.. command, "--set", "actormail.smtp.max-errors=none"]);

        Assert.Equal(78, run.Code);
        Assert.Equal("", run.Out);
        Assert.StartsWith("--set: actormail.smtp.max-errors: expected", run.Error);
        Assert.EndsWith("actormail: one fault in the configuration; nothing was started\n", run.Error);
    }

    [Fact]
    public async Task Settings_stand_before_the_command_or_behind_it()
    {
        var run = await Run(
            "--set", "actormail.data=one",
            "check-config",
            "--set", "actormail.hostname=two", "--set=actormail.pop3.listen=");

        Assert.Equal(
            """
            configuration ok
            actormail.data = one  (--set)
            actormail.hostname = two  (--set)
            actormail.pop3.listen =   (--set)

            """,
            run.Out);
    }

    [Theory]
    [InlineData("chekc-config", "did you mean check-config?")]
    [InlineData("--confg", "did you mean --config?")]
    [InlineData("check-config nonsense", "see actormail check-config --help")]
    [InlineData("--config", "Required argument missing for option: '--config'.")]
    [InlineData("--set actormail.data", "--set takes PATH=VALUE")]
    [InlineData("--set =x", "--set takes PATH=VALUE")]
    [InlineData("@file", "'@file' is not known here; see actormail --help")]
    [InlineData("user", "see actormail user --help")]
    [InlineData("user ad bob", "'ad' is not known here; did you mean add? see actormail user --help")]
    [InlineData("user passwd", "see actormail user passwd --help")]
    [InlineData("mailbox show bob 0", "'0' is not the number of a message")]
    [InlineData("mailbox show bob +1", "'+1' is not the number of a message")]
    [InlineData("mailbox show bob 99999999999", "'99999999999' is not the number of a message")]
    public async Task Wrong_usage_exits_64_and_says_what_is_right(string arguments, string expected)
    {
        var run = await Run(arguments.Split(' '));

        Assert.Equal(64, run.Code);
        Assert.Equal("", run.Out);
        Assert.Contains(expected, run.Error);
    }

    [Fact]
    public async Task The_version_is_that_of_the_product() =>
        Assert.Equal((0, $"actormail {CommandLine.Version}\n", ""), await Run("--version"));

    [Fact]
    public async Task Help_names_every_command_and_every_exit_code()
    {
        var run = await Run("--help");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.All(
            ["run", "demo", "check-config", "user", "mailbox", "--config <FILE>", "--set <PATH=VALUE>", "--version"],
            name => Assert.Contains($"  {name} ", run.Out));
        Assert.All(
            typeof(ExitCode).GetFields().Select(field => field.GetRawConstantValue()!),
            code => Assert.Contains($" {code} ", run.Out));
    }

    [Fact]
    public async Task What_a_user_typed_cannot_command_his_terminal()
    {
        var run = await Run("check-config", "--set", "actormail.\u001B[2J=\u001B[31m", "--config", "\u001B[0m");

        Assert.Equal(78, run.Code);
        Assert.DoesNotContain('\u001B', run.Error);
        Assert.Contains("actormail.\\u001B[2J: unknown setting", run.Error);
    }

    [Fact]
    public void What_goes_wrong_ends_with_the_exit_code_of_its_kind()
    {
        using var error = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal { In = TextReader.Null, Out = TextWriter.Null, Error = error };

        Assert.Equal(75, CommandLine.Explain(new StoreInUseException("used by process 7"), terminal));
        Assert.Equal(74, CommandLine.Explain(new IOException("the disk is gone"), terminal));
        Assert.Equal(74, CommandLine.Explain(new UnauthorizedAccessException("not yours"), terminal));
        Assert.Equal(
            "actormail: used by process 7\nactormail: the disk is gone\nactormail: not yours\n", error.ToString());
        Assert.Equal(70, CommandLine.Explain(new InvalidOperationException("a bug"), terminal));
        Assert.Contains("System.InvalidOperationException: a bug", error.ToString());
    }

    private static async Task<(int Code, string Out, string Error)> Run(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal { In = TextReader.Null, Out = output, Error = error };
        var code = await CommandLine.RunAsync(arguments, terminal);
        return (code, output.ToString(), error.ToString());
    }

    private string Write(string name, string text)
    {
        var path = Path.Join(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
