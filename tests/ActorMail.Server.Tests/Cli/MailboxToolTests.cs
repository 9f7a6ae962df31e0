using System.Text;
using System.Text.Json;
using ActorMail.Protocols.Mail;
using ActorMail.Server.Cli;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Server.Tests.Cli;

/// <summary>The commands for who runs a server: what they say, and how they end.</summary>
public sealed class MailboxToolTests : IDisposable
{
    private const string Bob = "bob@example.org";
    private const string Mail = "From ann@x Mon Nov  2 10:00:00 2026\nSubject: one\nStatus: RO\n\nx\n\n"
        + "From ann@x Tue Nov  3 10:00:00 2026\nSubject: two\n\ny\n\n";

    private readonly string _root = Directory.CreateTempSubdirectory("actormail-tools-").FullName;

    private string DataFolder => Path.Join(_root, "data");

    private string MailFile => Path.Join(DataFolder, "mail", Bob);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Mail_is_imported_once_and_found_sound()
    {
        var file = Write("old.mbox", Mail);

        var first = await Run("mailbox", "import", Bob, file);
        var second = await Run("mailbox", "import", "BOB@example.ORG", file);

        Assert.StartsWith(
            $"2 messages imported into {Bob}, 106 octets; 0 were there already, 0 not taken; ", first.Out);
        Assert.StartsWith($"0 messages imported into {Bob}, 0 octets; 2 were there already, 0 not taken; ", second.Out);
        Assert.Equal((0, "", 0, ""), (first.Code, first.Error, second.Code, second.Error));
        Assert.Equal((0, $"{Bob}: good, 2 messages in 106 octets\n", ""), await Run("mailbox", "check", Bob));
        Assert.Equal(
            (0, $"{Bob}: good, 2 messages in 106 octets\n1 mailbox, nothing was found\n", ""),
            await Run("mailbox", "check", "--all"));
    }

    [Fact]
    public async Task A_mailbox_that_cannot_be_read_is_named_and_the_others_are_listed_and_checked()
    {
        await Run("mailbox", "import", Bob, Write("old.mbox", Mail));
        File.CreateSymbolicLink(Path.Join(DataFolder, "mail", "link@example.org"), "/etc/hostname");

        var list = await Run("mailbox", "list");
        var check = await Run("mailbox", "check", "--all");

        Assert.Equal((74, 1), (list.Code, check.Code));
        Assert.Contains(Bob, list.Out, StringComparison.Ordinal);
        Assert.StartsWith("actormail: link@example.org cannot be read: ", list.Error);
        Assert.Contains($"{Bob}: good, 2 messages", check.Out, StringComparison.Ordinal);
        Assert.Contains("link@example.org: 1 finding", check.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mailbox_is_not_imported_into_itself()
    {
        await Run("mailbox", "import", Bob, Write("old.mbox", Mail));

        var run = await Run("mailbox", "import", Bob, MailFile, "--duplicates");

        Assert.Equal(64, run.Code);
        Assert.Contains("is in the data folder", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mail_is_imported_from_standard_input()
    {
        var terminal = Script() with { OpenInput = () => new MemoryStream(Encoding.Latin1.GetBytes(Mail)) };

        Assert.StartsWith("2 messages imported", (await Run(terminal, "mailbox", "import", Bob, "-")).Out);
    }

    [Fact]
    public async Task What_is_not_imported_is_named_and_the_exit_code_says_that_there_is_something()
    {
        var large = new string('x', 100_000);
        var file = Write("old.mbox", $"From a@b Mon Nov  2 10:00:00 2026\nSubject: big\n\n{large}\n\n{Mail}");

        var run = await Run("mailbox", "import", Bob, file, "--set", "actormail.smtp.max-message-size=64KiB");

        Assert.Equal(1, run.Code);
        Assert.Equal("note: not imported: message 1 (big): 100018 octets, 65536 at most\n", run.Error);
        Assert.StartsWith("2 messages imported", run.Out);
    }

    [Fact]
    public async Task Statistics_are_a_listing_or_JSON()
    {
        await Import();

        var listing = await Run("mailbox", "stat", Bob);
        var json = await Run("mailbox", "stat", Bob, "--json");

        Assert.StartsWith("messages\t2\nunread\t1\n", listing.Out);
        Assert.Contains("\noldest\t2026-11-02 10:00:00 UTC\nnewest\t2026-11-03 10:00:00 UTC\n", listing.Out);
        using var document = JsonDocument.Parse(json.Out);
        Assert.Equal(
            (Bob, 2, 3, 106, JsonValueKind.Null),
            (
                document.RootElement.GetProperty("mailbox").GetString(),
                document.RootElement.GetProperty("messages").GetInt32(),
                document.RootElement.GetProperty("uidNext").GetInt32(),
                document.RootElement.GetProperty("fileOctets").GetInt32(),
                document.RootElement.GetProperty("server").ValueKind));
    }

    [Fact]
    public async Task Findings_are_told_in_words_and_by_the_exit_code()
    {
        await Import();
        var octets = File.ReadAllBytes(MailFile);
        octets[^3] = (byte)'z';
        File.WriteAllBytes(MailFile, octets);

        var check = await Run("mailbox", "check", Bob);
        var all = await Run("mailbox", "check", "--all");

        Assert.Equal(
            (1, $"{Bob}: 1 finding\n"
                + "  message UID 2 at octet 53 has other octets than were stored: its checksum is wrong\n"),
            (check.Code, check.Out));
        Assert.Equal((1, check.Out + "1 mailbox, 1 finding\n"), (all.Code, all.Out));
    }

    [Fact]
    public async Task An_index_is_rebuilt_and_deleted_mail_is_compacted_away()
    {
        await Import();

        Assert.Equal(
            (0, $"rebuilt the index of {Bob}: 2 messages as before, 0 new, 0 gone\n", ""),
            await Run("mailbox", "rebuild", Bob));
        Assert.Equal((0, $"{Bob} holds no deleted mail\n", ""), await Run("mailbox", "compact", Bob));
        Expunge(1);
        Assert.Equal(
            (0, $"compacted {Bob}: 53 octets of deleted mail are gone\n", ""), await Run("mailbox", "compact", Bob));
        Assert.StartsWith("1\t", (await Run("mailbox", "show", Bob)).Out);
    }

    [Fact]
    public async Task An_export_is_made_once_or_replaced()
    {
        await Import();
        var target = Path.Join(_root, "bob.mbox");
        using var output = new MemoryStream();

        Assert.Equal(
            (0, $"exported 2 messages of {Bob} to {target}, {Mail.Length} octets\n", ""),
            await Run("mailbox", "export", Bob, target));
        Assert.Equal(Mail, File.ReadAllText(target));
        Assert.Equal(
            (73, "", $"actormail: nothing was exported: {target} is there already; --force replaces it.\n"),
            await Run("mailbox", "export", Bob, target));
        Assert.Equal(0, (await Run("mailbox", "export", Bob, target, "--force")).Code);
        Assert.Equal(
            (0, "", ""), await Run(Script() with { OpenOutput = () => output }, "mailbox", "export", Bob, "-"));
        Assert.Equal(Mail, Encoding.Latin1.GetString(output.ToArray()));
    }

    [Theory]
    [InlineData(64, "either the address of a mailbox is wanted, or --all", "check")]
    [InlineData(64, "either the address of a mailbox is wanted, or --all", "check", Bob, "--all")]
    [InlineData(64, "Argument 'mboxx' not recognized.", "import", Bob, "x", "--format", "mboxx")]
    [InlineData(64, "the path is empty", "import", Bob, "")]
    [InlineData(64, "only --format mbox goes to standard output", "export", Bob, "-", "--format", "eml")]
    [InlineData(65, "there is no mailbox eve@example.org in ", "stat", "eve@example.org")]
    [InlineData(65, "there is no mailbox eve@example.org in ", "check", "eve@example.org")]
    [InlineData(65, "there is no mailbox ../bob in ", "rebuild", "../bob")]
    [InlineData(65, "there is no mailbox eve@example.org in ", "compact", "eve@example.org")]
    [InlineData(65, "there is no mailbox eve@example.org in ", "export", "eve@example.org", "/x")]
    [InlineData(65, "'b b' is no address, such as bob@example.org", "import", "b b", "x")]
    [InlineData(66, "there is no /nowhere/x", "import", Bob, "/nowhere/x")]
    [InlineData(66, "it is no Maildir: it has no cur and new", "import", Bob, "/")]
    [InlineData(73, "nothing was exported: There is no folder /nowhere.", "export", Bob, "/nowhere/x")]
    public async Task What_cannot_be_done_is_said_in_a_line(int code, string expected, params string[] command)
    {
        await Import();

        var run = await Run(["mailbox", .. command]);

        Assert.Equal((code, ""), (run.Code, run.Out));
        Assert.Contains(expected, run.Error);
    }

    [Fact]
    public async Task A_file_that_is_no_mbox_is_not_imported()
    {
        var file = Write("a.txt", "Dear Bob\n");

        Assert.Equal(
            (65, "", $"actormail: {file} cannot be imported: "
                + "It does not begin with a From line, as an mbox file does.\n"),
            await Run("mailbox", "import", Bob, file));
        Assert.False(File.Exists(MailFile));
    }

    [Fact]
    public async Task Nothing_is_exported_into_the_data_folder()
    {
        await Import();

        var run = await Run("mailbox", "export", Bob, MailFile, "--force");

        Assert.Equal(73, run.Code);
        Assert.EndsWith("is in the data folder, where nothing but the server puts files\n", run.Error);
    }

    [Fact]
    public async Task Beside_a_server_mailboxes_are_read_and_not_changed()
    {
        await Import();
        var before = File.ReadAllBytes(MailFile);
        var file = Write("more.mbox", Mail.Replace("two", "three", StringComparison.Ordinal));
        using (var store = MailStore.Open(DataFolder, new StoreOptions(), TimeProvider.System, _ => { }))
        {
            store.DescribeHolder("smtp 127.0.0.1:2525");

            Assert.All(
                [
                    await Run("mailbox", "rebuild", Bob), await Run("mailbox", "compact", Bob),
                    await Run("mailbox", "import", Bob, file),
                ],
                run =>
                {
                    Assert.Equal((75, ""), (run.Code, run.Out));
                    Assert.StartsWith($"actormail: the data folder {DataFolder} is in use by process ", run.Error);
                    Assert.Contains("smtp 127.0.0.1:2525", run.Error);
                    Assert.EndsWith("needs it alone: stop that first, then run this again\n", run.Error);
                });
            Assert.All(
                [
                    await Run("mailbox", "stat", Bob), await Run("mailbox", "check", Bob),
                    await Run("mailbox", "export", Bob, Path.Join(_root, "out")),
                ],
                run =>
                {
                    Assert.Equal(0, run.Code);
                    Assert.StartsWith($"note: the data folder is in use by process ", run.Error);
                });
        }

        Assert.Equal(before, File.ReadAllBytes(MailFile));
    }

    [Fact]
    public async Task A_new_mailbox_that_nobody_has_an_account_for_is_worth_a_note()
    {
        var file = Write("old.mbox", Mail);

        var run = await Run("mailbox", "import", Bob, file, "--set", "actormail.accounts.mode=file");

        Assert.Equal(0, run.Code);
        Assert.Equal(
            $"note: there is no account {Bob} to read this mail with; actormail user add {Bob} makes it\n", run.Error);
    }

    [Fact]
    public async Task Progress_is_shown_on_a_terminal_unless_it_is_not_wanted()
    {
        var file = Write("old.mbox", Mail);
        var person = Script() with { ShowsProgress = true };

        Assert.Contains("importing", (await Run(person, "mailbox", "import", Bob, file)).Error);
        Assert.Equal("", (await Run(person, "mailbox", "import", Bob, file, "--quiet")).Error);
    }

    private static Terminal Script() => new()
    {
        In = TextReader.Null,
        Out = TextWriter.Null,
        Error = TextWriter.Null,
    };

    private async Task Import()
    {
        var run = await Run("mailbox", "import", Bob, Write("mail.mbox", Mail));
        Assert.Equal(0, run.Code);
    }

    private void Expunge(params uint[] uids)
    {
        Assert.True(MailAddress.TryParse(Bob, out var address));
        Assert.True(MailboxName.TryFrom(address, out var name));
        using var store = MailStore.Open(DataFolder, new StoreOptions(), TimeProvider.System, _ => { });
        using var mailbox = store.OpenMailbox(name);
        store.Append([MailboxRecord.Expunge(mailbox.ReserveExpunge([.. uids], mailbox.View.UidValidity)!)]);
        mailbox.Settle();
    }

    private string Write(string name, string text)
    {
        var path = Path.Join(_root, name);
        File.WriteAllText(path, text);
        return path;
    }

    private Task<(int Code, string Out, string Error)> Run(params string[] command) => Run(Script(), command);

    private async Task<(int Code, string Out, string Error)> Run(Terminal terminal, params string[] command)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = await CommandLine.RunAsync(
            ["--set", "actormail.data=" + DataFolder, .. command], terminal with { Out = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }
}
