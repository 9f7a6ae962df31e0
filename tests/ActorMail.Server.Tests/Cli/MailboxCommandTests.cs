using System.Buffers;
using System.Text;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Wire;
using ActorMail.Server.Cli;
using ActorMail.Storage.Mailboxes;
using ActorMail.Tests;

namespace ActorMail.Server.Tests.Cli;

public sealed class MailboxCommandTests : IDisposable
{
    private const string Hello = "From: Ann <ann@example.org>\nSubject: Hello\n there\nDate: today\n\nHi Bob\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("actormail-mailbox-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_list_has_every_mailbox_with_its_messages_and_octets()
    {
        Deliver("bob@example.org", "a: b\n\nx\n", "c: d\n\ny\n");
        Deliver("alice@example.org", Hello);

        Assert.Equal(
            (0, $"alice@example.org\t1\t{Hello.Length + 6}\nbob@example.org\t2\t22\n", ""),
            await Run("mailbox", "list"));
    }

    [Fact]
    public async Task A_mailbox_is_shown_as_the_fields_of_its_messages()
    {
        Deliver("bob@example.org", Hello, "no header here\n");

        Assert.Equal(
            (0, $"1\tAnn <ann@example.org>\tHello there\ttoday\t{Hello.Length + 6}\n2\t\t\t\t16\n", ""),
            await Run("mailbox", "show", "bob@example.org"));
    }

    [Fact]
    public async Task On_a_terminal_lists_are_tables()
    {
        Deliver("bob@example.org", Hello);

        var list = await Run(Person("") with { ShowsTables = true }, "mailbox", "list");

        Assert.Contains("mailbox", list.Out);
        Assert.Contains("│ bob@example.org │        1 │", list.Out);
    }

    [Fact]
    [Requirement("D11", "O2")]
    public async Task A_message_is_shown_unquoted_and_cannot_command_the_terminal()
    {
        Deliver("bob@example.org", "Subject: \u001B[2Jx\n\n>From me\n>>From you\n> From us\n\tÄ\u009B1m\u2028\nend");

        var list = await Run("mailbox", "show", "bob@example.org");
        var text = await Run("mailbox", "show", "bob@example.org", "1");

        Assert.StartsWith("1\t\t\\u001B[2Jx\t", list.Out);
        Assert.Equal(
            "Subject: \\u001B[2Jx\n\nFrom me\n>From you\n> From us\n\tÄ\\u009B1m\\u2028\nend\n", text.Out);
    }

    [Fact]
    public async Task A_message_larger_than_any_buffer_is_shown_whole()
    {
        var lines = string.Concat(Enumerable.Range(0, 20_000).Select(number => $"line {number} é\n"));
        var message = "a: b\n\n" + new string('é', 100_000) + "\n" + lines;
        Deliver("bob@example.org", message);

        Assert.Equal((0, message, ""), await Run("mailbox", "show", "bob@example.org", "1"));
    }

    [Fact]
    public async Task A_mailbox_is_found_by_any_spelling_of_its_address_and_by_its_name()
    {
        Deliver("bob@example.org", Hello);
        Deliver("carol", Hello);

        Assert.All(
            [
                await Run("mailbox", "show", "BOB@Example.ORG"),
                await Run("mailbox", "show", "bob", "--set", "actormail.default-domain=example.org"),
                await Run("mailbox", "show", "carol"),
            ],
            run => Assert.StartsWith("1\tAnn", run.Out));
    }

    [Theory]
    [InlineData("mailbox", "show", "eve@example.org")]
    [InlineData("mailbox", "show", "../accounts")]
    [InlineData("mailbox", "clear", "*", "--yes")]
    [Requirement("N1", "N2")]
    public async Task What_is_no_mailbox_of_the_folder_is_not_found(params string[] command)
    {
        Deliver("bob@example.org", Hello);

        Assert.Equal(
            (65, "", $"actormail: there is no mailbox {command[2]} in {_folder}; see actormail mailbox list\n"),
            await Run(command));
    }

    [Fact]
    public async Task A_message_that_is_not_there_is_said_to_be_missing()
    {
        Deliver("bob@example.org", Hello);

        Assert.Equal(
            (65, "", "actormail: bob@example.org has 1 message, not 2\n"),
            await Run("mailbox", "show", "bob@example.org", "2"));
    }

    [Fact]
    public async Task Clearing_asks_on_a_terminal_and_needs_a_yes_elsewhere()
    {
        Deliver("bob@example.org", Hello, Hello);

        var unasked = await Run("mailbox", "clear", "bob@example.org");
        var no = await Run(Person("n"), "mailbox", "clear", "bob@example.org");
        var nothing = await Run(Person(""), "mailbox", "clear", "bob@example.org");
        var before = await Run("mailbox", "list");
        var yes = await Run(Person("y"), "mailbox", "clear", "bob@example.org");
        var after = await Run("mailbox", "show", "bob@example.org");
        var again = await Run("mailbox", "clear", "bob@example.org", "--yes");

        Assert.Equal(64, unasked.Code);
        Assert.Equal("Delete all messages of bob@example.org? [y/N] note: nothing was changed\n", no.Error);
        Assert.Equal(no, nothing);
        Assert.StartsWith("bob@example.org\t2\t", before.Out);
        Assert.Equal("cleared bob@example.org: 2 messages deleted\n", yes.Out);
        Assert.Equal((0, "", "note: bob@example.org is empty\n"), after);
        Assert.Equal((0, "cleared bob@example.org: 0 messages deleted\n", ""), again);
    }

    [Fact]
    public async Task A_folder_without_mail_is_no_fault() =>
        Assert.Equal((0, "", $"note: there is no mail in {_folder}\n"), await Run("mailbox", "list"));

    private static Terminal Person(string answer) => new()
    {
        In = new StringReader(answer + "\n"),
        Out = TextWriter.Null,
        Error = TextWriter.Null,
        CanAsk = true,
    };

    /// <summary>Stores the messages, given as the mailbox file has them.</summary>
    private void Deliver(string address, params string[] messages)
    {
        Assert.True(MailAddress.TryParse(address, out var parsed));
        Assert.True(MailboxName.TryFrom(parsed, out var name));
        using var store = MailStore.Open(_folder, new StoreOptions(), TimeProvider.System, _ => { });
        using var mailbox = store.OpenMailbox(name);
        foreach (var message in messages)
        {
            using var body = Body(store, message);
            var draft = new MessageDraft("ann@example.org", default, body, DateTimeOffset.UnixEpoch);
            store.Append([MailboxRecord.Deliver([mailbox.Reserve(draft)])]);
            mailbox.Settle();
        }
    }

    private static MessageBody Body(MailStore store, string message)
    {
        var octets = Encoding.UTF8.GetBytes(message);
        using var writer = store.CreateBody();
        writer.Write(octets);
        var header = octets.AsSpan().IndexOf("\n\n"u8);
        var traits = message.Contains("\n>", StringComparison.Ordinal) ? BodyTraits.Quoted : BodyTraits.None;
        return writer.Complete(octets.Length + octets.Count((byte)'\n'), header < 0 ? 0 : header + 2, traits);
    }

    private Task<(int Code, string Out, string Error)> Run(params string[] command) =>
        Run(Person("") with { CanAsk = false }, command);

    private async Task<(int Code, string Out, string Error)> Run(Terminal terminal, params string[] command)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = await CommandLine.RunAsync(
            ["--set", "actormail.data=" + _folder, .. command], terminal with { Out = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }
}
