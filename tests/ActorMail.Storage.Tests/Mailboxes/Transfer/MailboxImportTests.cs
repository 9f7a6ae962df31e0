using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using ActorMail.Protocols.Wire;
using ActorMail.Storage.Mailboxes;
using ActorMail.Storage.Mailboxes.Inspection;
using ActorMail.Storage.Mailboxes.Transfer;

namespace ActorMail.Storage.Tests.Mailboxes.Transfer;

public sealed class MailboxImportTests : IDisposable
{
    private const string From = "From ann@x Mon Nov  2 10:00:00 2026\n";

    private readonly DataFolder _folder = new();
    private readonly List<string> _refused = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Messages_come_in_their_order_with_sender_and_date()
    {
        var outcome = Import($"{From}A: 1\n\none\n\nFrom MAILER-DAEMON Tue Nov  3 10:00:00 2026\nA: 2\n\ntwo\n\n");

        Assert.Equal(
            (2, 2, 0, 0, null), (outcome.Read, outcome.Imported, outcome.Known, outcome.Refused, outcome.Fault));
        Assert.Equal(["A: 1\n\none\n", "A: 2\n\ntwo\n"], Texts());
        Assert.Equal([1, 2], Messages().Select(message => message.Uid));
        Assert.Equal(
            $"{From}A: 1\n\none\n\nFrom MAILER-DAEMON Tue Nov  3 10:00:00 2026\nA: 2\n\ntwo\n\n",
            Encoding.Latin1.GetString(_folder.ReadMail()));
        Assert.Equal(
            DateTimeOffset.Parse("2026-11-02T10:00:00Z", CultureInfo.InvariantCulture).ToUnixTimeMilliseconds(),
            Messages()[0].ReceivedAt);
    }

    [Theory]
    // Nothing at all, and nothing but blank lines.
    [InlineData("")]
    [InlineData("\n\r\n")]
    // No header, no body, no blank line between them or at the end, no line end at the end.
    [InlineData(From + "A: 1\n", "A: 1\n")]
    [InlineData(From, "")]
    [InlineData(From + "\nbody", "\nbody")]
    [InlineData(From + "A: 1\n\nx", "A: 1\n\nx")]
    [InlineData(From + "A: 1\n\nx\n" + From + "A: 2\n\nx", "A: 1\n\nx\nFROM\nA: 2\n\nx")]
    [InlineData(From + "A: 1\n\n\n\n" + From + "A: 2\n\n", "A: 1\n\n\n", "A: 2\n")]
    // Not every line that begins with From begins a message.
    [InlineData(From + "A: 1\n\nFrom here\n\nFrom there to 2026\n", "A: 1\n\n>From here\n\n>From there to 2026\n")]
    // mboxrd quoting is the store's own.
    [InlineData(
        From + "A: 1\n\n>From a\n>>From b\n> From c\n>Frome\n", "A: 1\n\n>From a\n>>From b\n> From c\n>Frome\n")]
    public void Whatever_a_file_looks_like_no_message_is_lost(string file, params string[] expected)
    {
        Assert.Null(Import(file).Fault);
        Assert.Equal(expected.Select(it => it.Replace("FROM\n", ">" + From, StringComparison.Ordinal)), Texts());

        var crlf = Import(file.ReplaceLineEndings("\r\n"));
        Assert.Equal((0, expected.Length, null), (crlf.Imported, crlf.Known, crlf.Fault));
        Assert.Empty(Findings());
    }

    [Theory]
    [InlineData(MboxDialect.Mboxrd, ">From a\n>>From b\n", ">From a\n>>From b\n")]
    [InlineData(MboxDialect.Mboxo, ">From a\n>>From b\n", ">From a\n>>>From b\n")]
    [InlineData(MboxDialect.Mboxcl, ">From a\n>>From b\n", ">From a\n>>>From b\n")]
    [InlineData(MboxDialect.Mboxcl2, ">From a\nFrom b\n", ">>From a\n>From b\n")]
    public void Each_dialect_is_unquoted_in_its_way(MboxDialect dialect, string body, string stored)
    {
        Import($"{From}A: 1\n\n{body}\n", dialect);

        Assert.Equal($"A: 1\n\n{stored}", Assert.Single(Texts()));
        Assert.True(Messages()[0].Traits.HasFlag(BodyTraits.Quoted));
        Assert.Empty(Findings());
    }

    [Fact]
    public void A_content_length_is_believed_where_it_leads_to_the_end_of_a_message()
    {
        var body = $"one\n\n{From}two\n\n";
        var right = $"{From}A: 1\nContent-Length: {body.Length}\n\n{body}\n{From}A: 2\n\nlast\n";

        Import(right, MboxDialect.Mboxcl2);
        Assert.Equal([$"A: 1\n\none\n\n>{From}two\n\n", "A: 2\n\nlast\n"], Texts());

        var wrong = $"{From}A: 3\nContent-Length: {body.Length - 9}\n\n{body}\n{From}A: 4\nContent-Length: 9999\n\nx\n";
        Assert.Equal(3, Import(wrong, MboxDialect.Mboxcl2, new ImportOptions { TakesDuplicates = true }).Imported);
    }

    [Fact]
    public void Flags_of_mail_programs_become_flags_and_their_fields_go()
    {
        Import(
            $"{From}A: 1\nStatus: RO\nX-Status: AF\nX-UID: 7\n\nx\n\n"
            + $"{From}A: 2\nX-Status: DT\nLines: 1\n 2\nB: 3\n\ny\n");

        Assert.Equal(["A: 1\n\nx\n", "A: 2\nB: 3\n\ny\n"], Texts());
        Assert.Equal(
            [
                MessageMarks.Seen | MessageMarks.Answered | MessageMarks.Flagged,
                MessageMarks.Deleted | MessageMarks.Draft,
            ],
            Messages().Select(message => message.Flags));
    }

    [Fact]
    public void What_a_mail_server_keeps_in_front_of_the_mail_is_no_mail()
    {
        var outcome = Import(
            $"{From}X-IMAP: 123 4\nSubject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\n\ntext\n\n"
            + $"{From}A: 1\n\nx\n");

        Assert.Equal((1, 1), (outcome.Read, outcome.Imported));
    }

    [Fact]
    public void A_message_over_the_limit_is_refused_and_the_others_are_taken()
    {
        var large = string.Concat(Enumerable.Repeat("0123456789\n", 200_000));
        var outcome = Import(
            $"{From}Subject: big\n\n{large}\n{From}A: 2\n\nx\n",
            options: new ImportOptions { MaxMessageSize = 1_000_000 });

        Assert.Equal((2, 1, 1), (outcome.Read, outcome.Imported, outcome.Refused));
        Assert.Equal("message 1 (big): 2400016 octets, 1000000 at most", Assert.Single(_refused));
        Assert.Empty(Directory.GetFiles(Path.Join(_folder.Root, "spool")));
    }

    [Fact]
    public void A_message_that_is_spooled_is_taken_whole()
    {
        var text = "A: 1\n\n" + string.Concat(Enumerable.Repeat("From 0123456789\n.\n", 50_000));
        Import($"{From}{text}");

        Assert.Equal(text.Replace("\nFrom", "\n>From", StringComparison.Ordinal), Assert.Single(Texts()));
        Assert.Empty(Findings());
    }

    [Fact]
    public void What_is_there_already_is_not_taken_again_but_each_copy_counts()
    {
        var (one, other) = ($"{From}A: 1\n\nx\n\n", $"{From}A: 2\n\ny\n\n");

        Assert.Equal((1, 0), Counts(Import(one)));
        Assert.Equal((2, 1), Counts(Import(one + other + one)));
        Assert.Equal((0, 3), Counts(Import(one + other + one)));
        Assert.Equal((1, 0), Counts(Import(one, options: new ImportOptions { TakesDuplicates = true })));
        Assert.Equal([1, 2, 3, 4], Messages().Select(message => message.Uid));

        static (int, int) Counts(ImportOutcome outcome) => (outcome.Imported, outcome.Known);
    }

    [Fact]
    public void An_import_that_is_cancelled_says_how_far_it_came_and_can_go_on()
    {
        var file = string.Concat(Enumerable.Range(0, 1000).Select(number => $"{From}A: {number}\n\nx\n\n"));
        using var cancellation = new CancellationTokenSource();
        ImportOutcome outcome;
        using (var store = _folder.Open())
        using (var source = new MboxReader(new MemoryStream(Encoding.Latin1.GetBytes(file)), MboxDialect.Mboxrd))
        {
            outcome = MailboxImport.Run(
                store, DataFolder.Bob, source, new ImportOptions(), _refused.Add,
                now =>
                {
                    if (now.Read == 300)
                        cancellation.Cancel();
                },
                cancellation.Token);
        }

        Assert.IsType<OperationCanceledException>(outcome.Fault);
        Assert.Equal((300, 300), (outcome.Read, outcome.Imported));
        Assert.Equal(300, Messages().Length);

        var rest = Import(file);
        Assert.Equal((700, 300, null), (rest.Imported, rest.Known, rest.Fault));
        Assert.Equal(
            Enumerable.Range(0, 1000).Select(number => $"A: {number}\n\nx\n"), Texts());
    }

    [Fact]
    public void What_the_journal_has_is_imported_whatever_becomes_of_the_files()
    {
        var file = string.Concat(Enumerable.Range(0, 20).Select(number => $"{From}A: {number}\n\nx\n\n"));
        Import($"{From}A: first\n\nx\n");
        using (LockedFile.Take(_folder.MailFile))
        {
            var outcome = Import(file);
            Assert.Contains("locked", outcome.Fault?.Message);
            Assert.Equal(20, outcome.Imported);
        }

        Assert.Equal((0, 21), (Import(file).Imported, Messages().Length));
    }

    [Fact]
    public void What_is_no_mbox_file_is_refused_as_a_whole()
    {
        Assert.IsType<InvalidDataException>(Import("Subject: a mail\n\nand no mbox\n").Fault);
        Assert.False(File.Exists(_folder.MailFile));
    }

    [Fact]
    public void Mail_behind_a_full_ring_of_the_journal_is_taken_too()
    {
        using var folder = new DataFolder
        {
            Options = new StoreOptions
            {
                Journal = new() { SegmentSize = 1 << 20, MaxSegmentSize = 1 << 20, Segments = 3 },
            },
        };
        var text = string.Concat(Enumerable.Repeat("0123456789\n", 10_000));
        var file = string.Concat(Enumerable.Range(0, 100).Select(number => $"{From}A: {number}\n\n{text}\n"));
        using (var store = folder.Open())
        {
            using var source = new MboxReader(new MemoryStream(Encoding.Latin1.GetBytes(file)), MboxDialect.Mboxrd);
            var outcome = MailboxImport.Run(
                store, DataFolder.Bob, source, new ImportOptions(), _refused.Add, _ => { }, CancellationToken.None);
            Assert.Equal((100, null), (outcome.Imported, outcome.Fault));
        }

        Assert.Empty(new StoreInspection(folder.Root).Inspect(DataFolder.Bob).Findings);
    }

    [Fact]
    public void A_Maildir_gives_its_mail_oldest_first_with_flags_and_dates()
    {
        var path = Maildir(
            ("cur/1700000002.M1.host:2,RS", "Return-Path: <eve@x>\nA: 2\n\nFrom x\n>From y\nend"),
            ("new/1700000001.M1.höst", "A: 1\r\n\r\nx\r\n"),
            ("cur/1700000003.M1.host:2,DFT", "A: 3\n\nz\n"),
            ("tmp/1700000000.M1.host", "half"),
            ("cur/.hidden", "no mail"));
        var at = new DateTime(2020, 2, 2, 2, 2, 2, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(Path.Join(path, "cur/1700000002.M1.host:2,RS"), at);

        using (var store = _folder.Open())
        using (var source = new MaildirReader(path))
        {
            var outcome = MailboxImport.Run(
                store, DataFolder.Bob, source, new ImportOptions(), _refused.Add, _ => { }, CancellationToken.None);
            Assert.Equal((3, 3, null), (outcome.Imported, outcome.Read, outcome.Fault));
        }

        Assert.Equal(
            ["A: 1\n\nx\n", "Return-Path: <eve@x>\nA: 2\n\n>From x\n>>From y\nend", "A: 3\n\nz\n"], Texts());
        Assert.Equal(
            [
                MessageMarks.None, MessageMarks.Seen | MessageMarks.Answered,
                MessageMarks.Draft | MessageMarks.Flagged | MessageMarks.Deleted,
            ],
            Messages().Select(message => message.Flags));
        Assert.Equal(new DateTimeOffset(at).ToUnixTimeMilliseconds(), Messages()[1].ReceivedAt);
        Assert.Contains("From eve@x Sun Feb  2 02:02:02 2020\n", Encoding.UTF8.GetString(_folder.ReadMail()));
        Assert.Empty(Findings());
    }

    [Theory]
    [InlineData("from a by b; Mon, 2 Nov 2026 10:00:00 -0530 (NST)", "2026-11-02T15:30:00Z")]
    [InlineData("from a;b by c; 2 nov 2026 10:00 +0000", "2026-11-02T10:00:00Z")]
    [InlineData("from a by b;\n\tMon, 2 Nov 2026 10:00:00 GMT", "2026-11-02T10:00:00Z")]
    [InlineData("from a by b; Mon, 31 Nov 2026 10:00:00 +0000", "2026-11-01T00:00:00Z")]
    [InlineData("from a by b", "2026-11-01T00:00:00Z")]
    [InlineData("from a by b; Mon", "2026-11-01T00:00:00Z")]
    public void Dates_may_be_those_of_the_topmost_Received_field(string received, string date)
    {
        Import(
            $"From a@b Sun Nov  1 00:00:00 2026\nReceived: {received}\nReceived: x; 1 Jan 2000 00:00:00 +0000\n\nx\n",
            options: new ImportOptions { DatesFromReceived = true });

        var at = DateTimeOffset.Parse(date, CultureInfo.InvariantCulture);
        Assert.Equal(at.ToUnixTimeMilliseconds(), Messages()[0].ReceivedAt);
    }

    [Fact]
    public void Lines_longer_than_any_buffer_are_taken_as_they_are()
    {
        var line = new string('x', 65_535) + "\r" + new string('y', 200_000);
        Import($"{From}A: 1\n\n{line}\r\n>From {line}\n");

        Assert.Equal($"A: 1\n\n{line}\n>From {line}\n", Assert.Single(Texts()));
        Assert.Empty(Findings());
    }

    private ImportOutcome Import(string file, MboxDialect dialect = MboxDialect.Mboxrd, ImportOptions? options = null)
    {
        using var store = _folder.Open();
        using var source = new MboxReader(new MemoryStream(Encoding.Latin1.GetBytes(file)), dialect);
        return MailboxImport.Run(
            store, DataFolder.Bob, source, options ?? new ImportOptions(), _refused.Add, _ => { },
            CancellationToken.None);
    }

    private string Maildir(params (string Name, string Text)[] files)
    {
        var path = Path.Join(_folder.Root, "Maildir");
        foreach (var folder in new[] { "cur", "new", "tmp" })
            Directory.CreateDirectory(Path.Join(path, folder));
        foreach (var (name, text) in files)
            File.WriteAllText(Path.Join(path, name), text);
        return path;
    }

    private List<string> Texts()
    {
        using var reader = MailStore.OpenReadOnly(_folder.Root, DataFolder.Bob);
        return [.. reader.View.Messages.Select(message => DataFolder.Text(reader.Slice(message.Uid)!))];
    }

    private StoredMessage[] Messages()
    {
        using var reader = MailStore.OpenReadOnly(_folder.Root, DataFolder.Bob);
        return [.. reader.View.Messages];
    }

    private ImmutableArray<Finding> Findings() => new StoreInspection(_folder.Root).Inspect(DataFolder.Bob).Findings;
}
