using System.Text;
using System.Text.RegularExpressions;
using ActorMail.Storage.Mailboxes;
using ActorMail.Storage.Tests.Files;
using ActorMail.Tests;
using CsCheck;

namespace ActorMail.Storage.Tests.Mailboxes;

public sealed partial class RoundTripTests : IDisposable
{
    private const string Prefix = "Return-Path: <>\nReceived: from x\n by y; date\n";

    private readonly DataFolder _folder = new();

    public static TheoryData<string> Awkward =>
    [
        "",
        "\n",
        "\n\n\n",
        "Subject: only a header\n",
        "Subject: only a header, no line end",
        "Subject: header and blank line\n\n",
        "Subject: x\n\nno line end",
        "Subject: x\n\nblank lines at the end\n\n\n\n",
        "Subject: x\n\n>From the start\n>>From the start\n\n>From here\n",
        "Subject: x\n\n.\n..\n.dot\n",
        "Subject: x\r\n\r\nreturns\r\n",
        "Subject: x\n\nbare \r return\n",
        "Subject: x\n\n\0nul\0\n\0",
        "Subject: \u00e4\u00f6\u00fc\u00ff\n\n\u0080\n",
        "Content-Length: 3\nStatus: RO\nX-UID: 9\n\nabcdef\n",
        "\nno header\n",
        "no header\n",
    ];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Awkward))]
    [Requirement("D11", "D12", "R5321-4.5.2-c")]
    public void An_awkward_message_comes_back_octet_for_octet(string message)
    {
        using var store = _folder.Open(new FaultyDisk(_folder.Root));
        string[] all = [DataFolder.Mail(1), message, DataFolder.Mail(2), message];
        using (var mailbox = store.OpenMailbox(DataFolder.Bob))
        {
            DataFolder.Deliver(store, mailbox, all);
            mailbox.Commit(mailbox.Prepare([DataFolder.Draft(store, message, Prefix)]));
            Assert.Equal([.. all, Prefix + message], DataFolder.Texts(mailbox));
            mailbox.Expunge([mailbox.View.Messages[0].Uid], mailbox.View.UidValidity);
            mailbox.CompactNow();
            Assert.Equal([.. all[1..], Prefix + message], DataFolder.Texts(mailbox));
        }

        using var reopened = store.OpenMailbox(DataFolder.Bob);
        Assert.Equal([.. all[1..], Prefix + message], DataFolder.Texts(reopened));
        var inFile = MboxText.Messages(_folder.ReadMail());
        Assert.Equal(4, inFile.Count);
        string[] expected = [.. all[1..], Prefix + message];
        Assert.All(expected, (text, i) => Assert.StartsWith(text, inFile[i], StringComparison.Ordinal));
        Assert.All(inFile, text => Assert.Contains("\n\n", "\n" + text, StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("D11")]
    public void Any_octets_come_back_and_another_reader_finds_as_many_messages()
    {
        using var store = _folder.Open(new FaultyDisk(_folder.Root));
        using var mailbox = store.OpenMailbox(DataFolder.Bob);
        string[] words = ["\n", "\n\n", "From", " ", ">", ".", "a", "\r", "\0", "x: y", "\u00ff", "2026"];
        var text = Gen.Int[0, words.Length - 1]
            .Array[0, 40].Select(picks => Unquoted().Replace(string.Concat(picks.Select(i => words[i])), ">From "));
        var sent = new List<string>();
        text.Array[1, 5].Sample(
            texts =>
            {
                DataFolder.Deliver(store, mailbox, texts);
                sent.AddRange(texts);
                Assert.Equal(sent, DataFolder.Texts(mailbox));
                Assert.Equal(sent.Count, MboxText.Messages(_folder.ReadMail()).Count);
            },
            iter: 60,
            threads: 1);
    }

    [Theory]
    [InlineData("", "MAILER-DAEMON")]
    [InlineData("ann@example.net", "ann@example.net")]
    [InlineData("\"a b\"@example.net", "\"a_b\"@example.net")]
    [InlineData("a\nFrom b\u00e4\0@x", "a_From_b__@x")]
    public void The_sender_cannot_break_the_From_line(string sender, string shown)
    {
        using var store = _folder.Open(new FaultyDisk(_folder.Root));
        using var mailbox = store.OpenMailbox(DataFolder.Bob);
        using var body = DataFolder.Body(store, DataFolder.Mail(1));
        var date = new DateTimeOffset(2026, 2, 28, 23, 30, 0, TimeSpan.FromHours(-5));
        mailbox.Commit(mailbox.Prepare([new MessageDraft(sender, default, body, date)]));
        Assert.StartsWith(
            $"From {shown} Sun Mar  1 04:30:00 2026\n",
            Encoding.Latin1.GetString(_folder.ReadMail()),
            StringComparison.Ordinal);
        Assert.Single(MboxText.Messages(_folder.ReadMail()));
        Assert.Equal(date.ToUnixTimeMilliseconds(), mailbox.View.Messages[0].ReceivedAt);
    }

    [Theory]
    [InlineData("A: b\n\nbody\n", Prefix, "A: b\n\n")]
    [InlineData("Hello\n", Prefix + "\n", "")]
    [InlineData("A: b\n", Prefix, "A: b\n")]
    [InlineData("\nbody\n", Prefix, "\n")]
    [InlineData("", Prefix, "")]
    public void The_header_ends_where_prefix_and_body_end_it(string body, string prefix, string header)
    {
        using var store = _folder.Open(new FaultyDisk(_folder.Root));
        using var mailbox = store.OpenMailbox(DataFolder.Bob);
        mailbox.Commit(mailbox.Prepare([DataFolder.Draft(store, body, prefix)]));
        var message = Assert.Single(mailbox.View.Messages);
        Assert.Equal(prefix.Length + header.Length, message.HeaderLength);
        var whole = prefix + body;
        Assert.Equal(whole.Length + whole.Count(octet => octet == '\n'), message.WireLength);
    }

    [Fact]
    [Requirement("D1", "K1", "K2")]
    public void Mail_file_then_folder_then_log_are_flushed_before_a_commit_returns()
    {
        var disk = new FaultyDisk(_folder.Root);
        using var store = _folder.Open(disk);
        using var mailbox = store.OpenMailbox(DataFolder.Bob);
        DataFolder.Deliver(store, mailbox, DataFolder.Mail(1));
        string[] steps =
        [
            "create mail", "write mail", "flush mail", "flush folder mail folder", "write log", "flush log",
        ];
        Assert.Equal(steps, Steps(disk).TakeLast(6));

        disk.Book.Clear();
        DataFolder.Deliver(store, mailbox, DataFolder.Mail(2), DataFolder.Mail(3), DataFolder.Mail(4));
        Assert.Equal(["write log", "write mail", "flush mail", "write log", "flush log"], Steps(disk));

        disk.Book.Clear();
        mailbox.Expunge([1u], mailbox.View.UidValidity);
        Assert.Equal(["write log", "flush log"], Steps(disk));
    }

    private static IEnumerable<string> Steps(FaultyDisk disk) => disk.Book.Select(step => step
        .Replace("mail/bob@example.org", "mail", StringComparison.Ordinal)
        .Replace("flush folder mail", "flush folder mail folder", StringComparison.Ordinal))
        .Select(step => LogName().Replace(step, "log"));

    [GeneratedRegex("^From ", RegexOptions.Multiline)]
    private static partial Regex Unquoted();

    [GeneratedRegex(@"meta/bob@example\.org/INBOX\.[0-9a-f]{16}\.aml")]
    private static partial Regex LogName();
}
