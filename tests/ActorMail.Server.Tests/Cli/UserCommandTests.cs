using ActorMail.Protocols.Mail;
using ActorMail.Server.Cli;
using ActorMail.Storage.Accounts;
using ActorMail.Tests;

namespace ActorMail.Server.Tests.Cli;

public sealed class UserCommandTests : IDisposable
{
    private const string Strong = "correct horse battery";

    private readonly string _folder = Directory.CreateTempSubdirectory("actormail-user-").FullName;

    private string AccountsPath => Path.Join(_folder, "accounts");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_user_is_added_listed_and_removed()
    {
        var added = await Run(Strong, "user", "add", "Bob@example.org", "--password-stdin");
        var listed = await Run("", "user", "list");
        var removed = await Run("", "user", "remove", "bob@EXAMPLE.org");
        var empty = await Run("", "user", "list");

        Assert.Equal((0, $"added Bob@example.org to {AccountsPath}\n", ""), added);
        Assert.Equal((0, "Bob@example.org\tenabled\tpassword, SCRAM\n", ""), listed);
        Assert.Equal((0, $"removed bob@EXAMPLE.org; mail stays in {Path.Join(_folder, "mail")}\n", ""), removed);
        Assert.Equal((0, "", ""), empty);
    }

    [Fact]
    public async Task A_quota_is_shown_and_set()
    {
        await Run(Strong, "user", "add", "bob@example.org", "--password-stdin");

        var none = await Run("", "user", "quota", "bob");
        var set = await Run("", "user", "quota", "bob", "--size", "1GiB");
        var more = await Run("", "user", "quota", "bob", "--messages", "10");
        var back = await Run("", "user", "quota", "bob", "--size", "default", "--messages", "0");
        var wrong = await Run("", "user", "quota", "bob", "--size", "much");
        var nobody = await Run("", "user", "quota", "eve");

        Assert.Equal((0, "octets\t0\t-\nmessages\t0\t-\n", ""), none);
        Assert.Equal((0, "octets\t0\t1073741824\nmessages\t0\t-\n", ""), set);
        Assert.Equal((0, "octets\t0\t1073741824\nmessages\t0\t10\n", ""), more);
        Assert.Equal((0, "octets\t0\t-\nmessages\t0\t-\n", ""), back);
        Assert.EndsWith(" quota-messages=0", File.ReadAllLines(AccountsPath)[1]);
        Assert.Equal(
            (ExitCode.DataError, "", "actormail: 'much' is no size, such as 500MiB or 2GiB; 0 is no limit.\n"), wrong);
        Assert.Equal((ExitCode.DataError, "", "actormail: There is no account eve@example.org.\n"), nobody);
    }

    [Fact]
    [Requirement("A1")]
    public async Task The_password_is_the_first_line_of_standard_input_and_is_shown_nowhere()
    {
        var run = await Run("s3cret words here\r\nmore\n", "user", "add", "bob@example.org", "--password-stdin");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.True(PasswordIs("bob@example.org", "s3cret words here"));
        Assert.Contains(" scram-sha-256=65536:", File.ReadAllText(AccountsPath));
        Assert.DoesNotContain("s3cret", run.Out + run.Error + File.ReadAllText(AccountsPath));
    }

    [Fact]
    public async Task On_a_terminal_the_password_is_asked_for_twice_without_showing_it()
    {
        var same = await Ask([Strong, Strong], "user", "add", "bob@example.org");
        var differs = await Ask([Strong, Strong + "x"], "user", "add", "eve@example.org");
        var none = await Ask([null], "user", "passwd", "bob@example.org");

        Assert.Equal(ExitCode.Ok, same.Code);
        Assert.Equal("Password of bob@example.org: The same again: ", same.Error);
        Assert.Equal(ExitCode.DataError, differs.Code);
        Assert.EndsWith("actormail: the two passwords differ; nothing was changed\n", differs.Error);
        Assert.Equal(ExitCode.DataError, none.Code);
        Assert.EndsWith("actormail: no password was given; nothing was changed\n", none.Error);
        Assert.Equal(["bob@example.org"], await ListAsync());
        Assert.True(PasswordIs("bob@example.org", Strong));
    }

    [Fact]
    public async Task A_changed_password_takes_the_place_of_the_old_one()
    {
        await Run(Strong, "user", "add", "bob@example.org", "--password-stdin");

        var run = await Run("another long one", "user", "passwd", "bob@example.org", "--password-stdin");

        Assert.Equal((0, "changed the password of bob@example.org\n", ""), run);
        Assert.True(PasswordIs("bob@example.org", "another long one"));
        Assert.False(PasswordIs("bob@example.org", Strong));
    }

    [Fact]
    public async Task A_short_password_is_taken_with_a_word_of_advice()
    {
        var run = await Run("1234567", "user", "add", "bob@example.org", "--password-stdin");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.StartsWith("note: a password of fewer than 8 characters is soon guessed", run.Error);
    }

    [Theory]
    [InlineData("password1", "many people use it")]
    [InlineData("bob12345", "it is made of the address")]
    [InlineData("example.org1", "it is made of the address")]
    [InlineData("aaaaaaaaaaaaaa", "it repeats one character")]
    [InlineData("abcdefghij", "its characters follow each other")]
    public async Task A_password_that_is_soon_guessed_is_taken_with_the_reason_and_not_repeated(
        string password, string reason)
    {
        var run = await Run(password, "user", "add", "bob@example.org", "--password-stdin");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.StartsWith($"note: that password is soon guessed, since {reason}; ", run.Error);
        Assert.DoesNotContain(password, run.Error);
        Assert.True(PasswordIs("bob@example.org", password));
    }

    [Theory]
    [InlineData("correct horse battery")]
    [InlineData("zK8#pq2Lw9")]
    [InlineData("\u00fcb\u00e9r \u30d1\u30b9\u30ef\u30fc\u30c9 gr\u00fcn")]
    [InlineData("a line of five hundred characters, repeated: ", 11)]
    public async Task A_good_password_is_taken_without_a_word(string password, int times = 1)
    {
        var whole = string.Concat(Enumerable.Repeat(password, times));
        Assert.Equal("", (await Run(whole, "user", "add", "bob@example.org", "--password-stdin")).Error);
        Assert.True(PasswordIs("bob@example.org", whole));
    }

    [Fact]
    public async Task A_user_is_disabled_and_enabled_again()
    {
        await Run(Strong, "user", "add", "bob@example.org", "--password-stdin");

        var disabled = await Run("", "user", "disable", "BOB@example.org");
        var listed = await Run("", "user", "list");
        var enabled = await Run("", "user", "enable", "bob");

        var said = "disabled BOB@example.org: nobody can log in with it; mail for it is still taken\n";
        Assert.Equal((0, said, ""), disabled);
        Assert.Equal("bob@example.org\tdisabled\tpassword, SCRAM\n", listed.Out);
        Assert.Equal((0, "enabled bob@example.org\n", ""), enabled);
        Assert.Equal("bob@example.org\tenabled\tpassword, SCRAM\n", (await Run("", "user", "list")).Out);
    }

    [Fact]
    public async Task The_list_says_what_each_user_can_log_in_with()
    {
        const string hash = "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0$MTIzNDU2Nzg5MDEyMzQ1Ng";
        await File.WriteAllTextAsync(
            AccountsPath, $"# actormail accounts 1\nann@example.org\nbob@example.org argon2id={hash}\n");

        Assert.Equal(
            "ann@example.org\tenabled\tnone\nbob@example.org\tenabled\tpassword\n",
            (await Run("", "user", "list")).Out);
    }

    [Fact]
    public async Task A_name_without_a_domain_is_completed_as_a_login_is()
    {
        await Run(Strong, "user", "add", "bob", "--password-stdin");
        await Run(Strong, "user", "add", "bob", "--password-stdin", "--set", "actormail.profile=basic");

        Assert.Equal(["bob@example.org", "bob"], await ListAsync());
    }

    [Theory]
    [InlineData(65, "'bob@@' is no address, such as bob@example.org", "user", "add", "bob@@", "--password-stdin")]
    [InlineData(65, "There is no account eve@example.org.", "user", "remove", "eve@example.org")]
    [InlineData(65, "There is no account eve@example.org.", "user", "disable", "eve@example.org")]
    [InlineData(65, "There is no account eve@example.org.", "user", "enable", "eve@example.org")]
    [InlineData(65, "There is no account eve@example.org.", "user", "passwd", "eve@example.org", "--password-stdin")]
    [InlineData(64, "there is no terminal to ask for the password; pipe it in with --password-stdin",
        "user", "add", "bob@example.org")]
    public async Task What_cannot_be_done_is_said(int code, string error, params string[] command) =>
        Assert.Equal((code, "", $"actormail: {error}\n"), await Run(Strong, command));

    [Fact]
    public async Task A_user_who_exists_is_not_added_again()
    {
        await Run(Strong, "user", "add", "bob@example.org", "--password-stdin");

        var again = await Run("another long one", "user", "add", "BOB@example.org", "--password-stdin");

        Assert.Equal((65, "", "actormail: There is an account bob@example.org already.\n"), again);
        Assert.True(PasswordIs("bob@example.org", Strong));
    }

    [Fact]
    public async Task An_account_that_gets_no_mail_is_pointed_out()
    {
        var run = await Run(Strong, "user", "add", "bob@example.net", "--password-stdin");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal("note: mail for example.net is not taken: it is not one of actormail.domains\n", run.Error);
    }

    [Fact]
    public async Task While_accounts_are_open_a_password_protects_nothing_and_that_is_said()
    {
        var run = await Run(
            Strong, "user", "add", "bob@example.org", "--password-stdin", "--set", "actormail.accounts.mode=open");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.StartsWith("note: accounts.mode is open", run.Error);
    }

    [Fact]
    public async Task Before_the_first_user_there_is_no_file_and_the_list_says_so() =>
        Assert.Equal(
            (0, "", $"note: there is no {AccountsPath} yet; actormail user add ADDRESS makes it\n"),
            await Run("", "user", "list"));

    /// <summary>The first column, as a script reads it.</summary>
    private async Task<string[]> ListAsync() =>
        [.. (await Run("", "user", "list")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t')[0])];

    private bool PasswordIs(string address, string password)
    {
        var accounts = new AccountFile(AccountsPath, TimeProvider.System);
        Assert.True(accounts.TryRefresh(out _));
        var account = accounts.All.Single(one => one.Address == address);
        return PasswordHasher.Verify(new Secret(password), account.PasswordHash!);
    }

    private Task<(int Code, string Out, string Error)> Run(string input, params string[] command) =>
        Run(new StringReader(input), [], command);

    private Task<(int Code, string Out, string Error)> Ask(string?[] typed, params string[] command) =>
        Run(TextReader.Null, typed, command);

    private async Task<(int Code, string Out, string Error)> Run(TextReader input, string?[] typed, string[] command)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var keys = new Queue<string?>(typed);
        var terminal = new Terminal
        {
            In = input,
            Out = output,
            Error = error,
            CanAsk = typed.Length > 0,
            ReadHidden = keys.Dequeue,
        };
        string[] settings =
        [
            "--set", "actormail.data=" + _folder,
            "--set", "actormail.domains=example.org",
            "--set", "actormail.accounts.mode=file",
        ];
        var code = await CommandLine.RunAsync([.. settings, .. command], terminal);
        return (code, output.ToString(), error.ToString());
    }
}
