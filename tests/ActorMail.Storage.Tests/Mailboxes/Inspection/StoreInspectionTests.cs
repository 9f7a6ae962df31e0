using System.Collections.Immutable;
using System.Text;
using ActorMail.Protocols.Wire;
using ActorMail.Storage.Mailboxes;
using ActorMail.Storage.Mailboxes.Inspection;

namespace ActorMail.Storage.Tests.Mailboxes.Inspection;

public sealed class StoreInspectionTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Nothing_is_found_in_a_mailbox_that_is_sound()
    {
        Deliver(DataFolder.Mail(1), "A: b\n\nDear Bob\n\n>x\n.\n..\n", "no header", "", DataFolder.Mail(5));
        Expunge(1, 4);

        Assert.Empty(Findings());
        var result = new StoreInspection(_folder.Root).Inspect(DataFolder.Bob);
        Assert.Equal((3, (long)_folder.ReadMail().Length), (result.Messages, result.FileLength));
        Assert.Empty(new StoreInspection(_folder.Root).InspectFolder());
    }

    [Fact]
    public void Nothing_is_changed_by_it()
    {
        Deliver(DataFolder.Mail(1), DataFolder.Mail(2));
        File.AppendAllText(_folder.MailFile, "From eve\n");
        var before = Contents();

        Assert.NotEmpty(Findings());
        Assert.Equal(before, Contents());
    }

    [Fact]
    public void An_octet_that_changed_is_found_with_the_message_that_it_belongs_to()
    {
        Deliver(DataFolder.Mail(1), DataFolder.Mail(2), DataFolder.Mail(3));
        var octets = _folder.ReadMail();
        octets[Encoding.Latin1.GetString(octets).IndexOf("Text of number 2", StringComparison.Ordinal)] = (byte)'t';
        File.WriteAllBytes(_folder.MailFile, octets);

        var finding = Assert.Single(Findings());
        Assert.Equal(FindingKind.Message, finding.Kind);
        Assert.StartsWith("message UID 2 at octet ", finding.Text);
    }

    [Fact]
    public void A_file_that_was_cut_is_found()
    {
        Deliver(DataFolder.Mail(1), DataFolder.Mail(2));
        File.WriteAllBytes(_folder.MailFile, _folder.ReadMail()[..^5]);

        Assert.Equal([FindingKind.Message, FindingKind.File], Findings().Select(finding => finding.Kind));
    }

    [Fact]
    public void Mail_that_another_program_added_is_found()
    {
        Deliver(DataFolder.Mail(1));
        File.AppendAllText(_folder.MailFile, "From eve@x Mon Nov  2 10:00:00 2026\nA: b\n\nx\n\n");

        Assert.Contains("45 octets with 1 message stand behind what the index knows", Assert.Single(Findings()).Text);
    }

    [Fact]
    public void A_line_that_others_take_for_the_beginning_of_a_message_is_found()
    {
        Deliver("A: b\n\nHe wrote:\n\nFrom x@y Mon Nov  2 10:00:00 2026\nand so on\n", DataFolder.Mail(2));

        var finding = Assert.Single(Findings());
        Assert.Equal(FindingKind.Quoting, finding.Kind);
        Assert.StartsWith("message UID 1 has a line at octet ", finding.Text);
    }

    [Fact]
    public void What_the_index_says_wrong_of_a_message_is_found_and_mended_by_a_rebuild()
    {
        Deliver(store =>
        {
            using var writer = store.CreateBody();
            "A: b\n\n>From x\n"u8.CopyTo(writer.GetSpan(64));
            writer.Advance(14);
            return new MessageDraft("", default, writer.Complete(99, 3, BodyTraits.Raw), DataFolder.Noon);
        });

        Assert.Equal(
            [
                "message UID 1: the size on the wire is 16, and the index says 99",
                "message UID 1: the length of the header is 6, and the index says 3",
                "message UID 1 is Quoted, and the index says Raw",
            ],
            Findings().Select(finding => finding.Text));
        using (var store = _folder.Open())
            Assert.Equal(new RebuildOutcome(1, 0, 0, false), store.Rebuild(DataFolder.Bob));
        Assert.Empty(Findings());
    }

    [Fact]
    public void An_index_that_is_missing_or_damaged_or_old_is_named_so()
    {
        Deliver(DataFolder.Mail(1));
        var octets = File.ReadAllBytes(_folder.IndexFile);
        octets[20] ^= 1;
        File.WriteAllBytes(_folder.IndexFile, octets);
        Assert.StartsWith("the index is damaged", Assert.Single(Findings()).Text);

        File.Move(_folder.IndexFile, Path.Join(_folder.MetaFolder, "INBOX.0001.aml"));
        Assert.StartsWith("the index INBOX.0001.aml is of an older version", Assert.Single(Findings()).Text);

        File.Delete(Path.Join(_folder.MetaFolder, "INBOX.0001.aml"));
        Assert.StartsWith("there is no index", Assert.Single(Findings()).Text);
        Assert.Equal(1, new StoreInspection(_folder.Root).Inspect(DataFolder.Bob).Messages);
    }

    [Fact]
    public void A_torn_record_at_the_end_of_the_index_is_found()
    {
        Deliver(DataFolder.Mail(1));
        File.AppendAllText(_folder.IndexFile, "torn");

        Assert.Equal("the last 4 octets of the index are no whole record", Assert.Single(Findings()).Text);
    }

    [Fact]
    public void A_mailbox_whose_file_is_gone_is_among_the_mailboxes()
    {
        Deliver(DataFolder.Mail(1), DataFolder.Mail(2));
        File.Delete(_folder.MailFile);

        Assert.Equal([DataFolder.Bob], new StoreInspection(_folder.Root).Mailboxes);
        Assert.Equal(
            "the mailbox file is gone; the index knows 2 messages in it", Assert.Single(Findings()).Text);
    }

    [Fact]
    public void What_an_interruption_left_behind_is_found()
    {
        Deliver(DataFolder.Mail(1));
        File.WriteAllText(Path.Join(_folder.MetaFolder, "INBOX.2.newmbox"), "half");
        File.WriteAllText(_folder.MailFile + ".lock", "123");
        File.WriteAllText(Path.Join(_folder.Root, "spool", "0000000000000001"), "half");

        Assert.Equal(
            [
                "INBOX.2.newmbox was left by a replacement that was interrupted",
                $"{DataFolder.Bob}.lock: another program has the mailbox locked, or died with the lock",
            ],
            Findings().Select(finding => finding.Text));
        Assert.StartsWith(
            "spool/ holds 1 files", Assert.Single(new StoreInspection(_folder.Root).InspectFolder()).Text);
    }

    [Fact]
    public void Changes_that_only_the_journal_has_are_found_once_no_server_runs()
    {
        using (var store = _folder.Open())
        using (var mailbox = store.OpenMailbox(DataFolder.Bob))
        {
            DataFolder.Deliver(store, mailbox, DataFolder.Mail(1));
            using var body = DataFolder.Body(store, DataFolder.Mail(2));
            var change = mailbox.Reserve(new MessageDraft("", default, body, DataFolder.Noon));
            store.Append([MailboxRecord.Deliver([change])]);

            Assert.Empty(Findings());
            var meanwhile = MailboxStatistics.Read(_folder.Root, DataFolder.Bob);
            Assert.Equal((1, 2, 1), (meanwhile.Messages, meanwhile.Journaled, meanwhile.Waiting));
        }

        var finding = Assert.Single(Findings());
        Assert.Equal(FindingKind.Journal, finding.Kind);
        Assert.StartsWith("1 changes are in the journal", finding.Text);
        _folder.Open().Dispose();
        Assert.Empty(Findings());
    }

    [Fact]
    public void Statistics_are_those_of_the_mailbox()
    {
        Deliver(DataFolder.Mail(1), DataFolder.Mail(2), DataFolder.Mail(3));
        Expunge(2);
        using (var store = _folder.Open())
        using (var mailbox = store.OpenMailbox(DataFolder.Bob))
        {
            DataFolder.SetFlags(
                store, mailbox, FlagChange.Add(MessageMarks.Seen | MessageMarks.Deleted) with { AddedKeywords = ["x"] },
                3);
        }

        var read = MailboxStatistics.Read(_folder.Root, DataFolder.Bob);
        Assert.Equal((2, 1, 1, 4u), (read.Messages, read.Unread, read.MarkedDeleted, read.UidNext));
        Assert.Equal(_folder.ReadMail().Length, read.FileLength);
        Assert.Equal(read.FileLength / 3, read.DeadLength);
        Assert.Equal(new FileInfo(_folder.IndexFile).Length, read.IndexLength);
        Assert.Equal(["x"], read.Keywords.ToArray());
        Assert.Equal((DataFolder.Noon, DataFolder.Noon, true), (read.Oldest, read.Newest, read.IsAsLeft));
    }

    private ImmutableArray<Finding> Findings() => new StoreInspection(_folder.Root).Inspect(DataFolder.Bob).Findings;

    private List<string> Contents() =>
    [
        .. Directory.GetFiles(_folder.Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path =>
                $"{path} {File.GetLastWriteTimeUtc(path):O} {Convert.ToHexString(File.ReadAllBytes(path))}"),
    ];

    private void Deliver(params string[] messages)
    {
        foreach (var message in messages)
            Deliver(store => Imported(store, message));
    }

    private static MessageDraft Imported(MailStore store, string message)
    {
        var draft = DataFolder.Draft(store, message);
        var octets = Encoding.Latin1.GetBytes(message);
        using var writer = store.CreateBody();
        octets.CopyTo(writer.GetSpan(octets.Length));
        writer.Advance(octets.Length);
        draft.Body.Dispose();
        var traits = (message.StartsWith('.') || message.Contains("\n.", StringComparison.Ordinal))
            ? BodyTraits.HasDot
            : BodyTraits.None;
        var wireLength = draft.Body.WireLength + (message.Length > 0 && !message.EndsWith('\n') ? 2 : 0);
        return draft with { Body = writer.Complete(wireLength, draft.Body.HeaderLength, traits) };
    }

    private void Deliver(Func<MailStore, MessageDraft> compose)
    {
        using var store = _folder.Open();
        using var mailbox = store.OpenMailbox(DataFolder.Bob);
        DataFolder.Deliver(store, mailbox, [compose(store)]);
    }

    private void Expunge(params uint[] uids)
    {
        using var store = _folder.Open();
        using var mailbox = store.OpenMailbox(DataFolder.Bob);
        DataFolder.Expunge(store, mailbox, uids);
    }
}
