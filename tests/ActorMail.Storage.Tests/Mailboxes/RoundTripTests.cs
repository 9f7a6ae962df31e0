using System.Text;
using System.Text.RegularExpressions;
using ActorMail.Storage.Mailboxes;
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
        using var store = _folder.Open();
        string[] all = [DataFolder.Mail(1), message, DataFolder.Mail(2), message];
        using (var mailbox = store.OpenMailbox(DataFolder.Bob))
        {
            DataFolder.Deliver(store, mailbox, all);
            DataFolder.Deliver(store, mailbox, [DataFolder.Draft(store, message, Prefix)]);
            Assert.Equal([.. all, Prefix + message], DataFolder.Texts(mailbox));
            DataFolder.Expunge(store, mailbox, mailbox.View.Messages[0].Uid);
            DataFolder.Compact(store, mailbox);
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
        using var store = _folder.Open();
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
        using var store = _folder.Open();
        using var mailbox = store.OpenMailbox(DataFolder.Bob);
        using var body = DataFolder.Body(store, DataFolder.Mail(1));
        var date = new DateTimeOffset(2026, 2, 28, 23, 30, 0, TimeSpan.FromHours(-5));
        DataFolder.Deliver(store, mailbox, [new MessageDraft(sender, default, body, date)]);
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
        using var store = _folder.Open();
        using var mailbox = store.OpenMailbox(DataFolder.Bob);
        DataFolder.Deliver(store, mailbox, [DataFolder.Draft(store, body, prefix)]);
        var message = Assert.Single(mailbox.View.Messages);
        Assert.Equal(prefix.Length + header.Length, message.HeaderLength);
        var whole = prefix + body;
        Assert.Equal(whole.Length + whole.Count(octet => octet == '\n'), message.WireLength);
    }

    [Fact]
    [Requirement("D1", "K1", "K2")]
    public void A_record_is_flushed_before_it_is_committed_and_files_and_folders_before_the_journal_lets_go()
    {
        var store = new SimulatedStore();
        var change = store.Reserve(DataFolder.Mail(1));
        store.Disk.Book.Clear();

        store.Append(change);
        Assert.Equal(["write journal", "flush journal"], Steps(store));

        store.Disk.Book.Clear();
        store.Bob.Settle();
        Assert.Contains("write mail", Steps(store));
        Assert.Contains("write index", Steps(store));
        Assert.DoesNotContain(
            Steps(store), step => step.StartsWith("flush", StringComparison.Ordinal) && step != "flush meta/.dotlock");

        store.Disk.Book.Clear();
        Assert.True(store.Checkpoint());
        var steps = Steps(store);
        Assert.Contains("flush mail", steps);
        Assert.Contains("flush index", steps);
        Assert.Contains("flush folder mail", steps);
        Assert.Contains("flush folder meta", steps);
        Assert.Contains("flush folder meta/bob", steps);
    }

    /// <summary>What was done to the disk since, by the kinds of files.</summary>
    private static List<string> Steps(SimulatedStore store) => [.. store.Disk.Book.Select(step => Path().Replace(
        step, match => match.Groups["segment"].Success ? "journal"
            : match.Groups["index"].Success ? "index"
            : match.Value == SimulatedStore.MailFile ? "mail"
            : match.Value[(SimulatedStore.Root.Length + 1)..].Replace(DataFolder.Bob.Value, "bob",
                StringComparison.Ordinal)))
        .Select(step => Numbers().Replace(step, ""))];

    [GeneratedRegex(@"/data/\S*?((?<segment>seg\d)|(?<index>INBOX\.aml)|(?=\s|$))")]
    private static partial Regex Path();

    [GeneratedRegex(@" [0-9+]+$")]
    private static partial Regex Numbers();

    [GeneratedRegex("^From ", RegexOptions.Multiline)]
    private static partial Regex Unquoted();
}
