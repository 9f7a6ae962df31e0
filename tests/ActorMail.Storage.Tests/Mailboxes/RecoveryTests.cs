using ActorMail.Storage.Files;
using ActorMail.Storage.Mailboxes;
using ActorMail.Tests;

namespace ActorMail.Storage.Tests.Mailboxes;

/// <summary>What is made of files that a dead server, or a bad disk, left.</summary>
public sealed class RecoveryTests
{
    private static readonly string[] Three = [DataFolder.Mail(1), DataFolder.Mail(2), DataFolder.Mail(3)];

    [Fact]
    [Requirement("D2", "D7")]
    public void A_record_that_was_cut_at_any_octet_was_never_there()
    {
        var (start, end) = RangeOfThird(LeaveRecord(out _));
        for (var length = start; length < end; length += 3)
        {
            var store = LeaveRecord(out var segment);
            store.Stop(wasPowerCut: false);
            Overwrite(store, segment, length, end, 0);
            store.Start();
            Assert.Equal(Three[..2], store.Texts);
            Assert.Equal(Three[..2], store.InFile);
            AssertTakesMail(store);
        }
    }

    [Fact]
    [Requirement("D13")]
    public void A_record_with_any_octet_damaged_hides_at_most_itself()
    {
        var (start, end) = RangeOfThird(LeaveRecord(out _));
        for (var at = start; at < end; at++)
        {
            var store = LeaveRecord(out var segment);
            store.Stop(wasPowerCut: false);
            store.Disk.Flip(segment, at, 0x10);
            store.Start();
            Assert.Equal(Three[..2], store.Texts);
        }
    }

    [Fact]
    [Requirement("D2")]
    public void A_mailbox_file_that_was_cut_at_any_octet_is_whole_again()
    {
        var length = Leave().Disk.Contents(SimulatedStore.MailFile).Length;
        for (var cut = 0; cut <= length; cut += 5)
        {
            var store = Leave();
            store.Stop(wasPowerCut: false);
            Truncate(store, SimulatedStore.MailFile, cut);
            store.Start();
            Assert.Equal(Three, store.Texts);
            Assert.Equal(Three, store.InFile);
            Assert.Equal([1u, 2u, 3u], store.Bob.View.Messages.Select(message => message.Uid));
            AssertTakesMail(store);
        }
    }

    [Fact]
    [Requirement("D2")]
    public void An_index_that_was_cut_at_any_octet_is_whole_again()
    {
        var length = Leave().Disk.Contents(SimulatedStore.IndexFile).Length;
        for (var cut = 0; cut <= length; cut += 5)
        {
            var store = Leave();
            var validity = store.Bob.UidValidity;
            store.Stop(wasPowerCut: false);
            Truncate(store, SimulatedStore.IndexFile, cut);
            store.Start();
            Assert.Equal(Three, store.Texts);
            Assert.Equal((validity, 4u), (store.Bob.UidValidity, store.Bob.View.UidNext));
            AssertTakesMail(store);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Requirement("D13")]
    public void An_index_with_any_octet_damaged_hides_no_message(bool isCheckpointed)
    {
        var length = Leave(isCheckpointed).Disk.Contents(SimulatedStore.IndexFile).Length;
        for (var at = 0; at < length; at++)
        {
            var store = Leave(isCheckpointed);
            store.Stop(wasPowerCut: false);
            store.Disk.Flip(SimulatedStore.IndexFile, at, 0x10);
            store.Start();
            Assert.Equal(Three, store.Texts);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Requirement("D13")]
    public void A_mailbox_file_with_any_octet_damaged_gives_no_wrong_mail_for_the_right_one(bool isCheckpointed)
    {
        var length = Leave(isCheckpointed).Disk.Contents(SimulatedStore.MailFile).Length;
        for (var at = 0; at < length; at++)
        {
            var store = Leave(isCheckpointed);
            store.Stop(wasPowerCut: false);
            store.Disk.Flip(SimulatedStore.MailFile, at, 0x10);
            store.Start();
            foreach (var message in store.Bob.View.Messages)
            {
                // Damage is known for what it is, or the octets are right, or it has become another message.
                var text = DataFolder.Text(Mailbox.SliceOf(message, store.Bob.Content!));
                var isKnown = !Mailbox.IsIntact(message, store.Bob.Content!);
                Assert.True(isKnown || message.Uid > 3 || text == Three[message.Uid - 1], $"octet {at}");
            }
        }
    }

    [Fact]
    public void Mail_that_came_by_another_program_while_the_server_was_down_is_found()
    {
        var store = Leave();
        store.Stop(wasPowerCut: false);
        store.Disk.AppendAsOthers(SimulatedStore.MailFile, "From x Mon Nov  2 08:00:00 2026\nA: b\n\nc\n\n"u8);
        store.Start();
        Assert.Equal([.. Three, "A: b\n\nc\n"], store.Texts);
        Assert.Equal([1u, 2u, 3u, 4u], store.Bob.View.Messages.Select(message => message.Uid));
    }

    [Fact]
    [Requirement("D3", "D1")]
    public void What_was_acknowledged_outlives_a_power_cut_whatever_of_the_files_did()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var store = new SimulatedStore(seed: seed);
            store.Deliver(Three[..2]);
            var change = store.Reserve(Three[2]);
            store.Append(change);
            store.CutPower();
            Assert.Equal(Three, store.Texts);
            Assert.Equal(Three, store.InFile);
        }
    }

    [Fact]
    [Requirement("D2", "D8")]
    public void One_record_is_for_all_of_its_mailboxes_or_for_none()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var store = new SimulatedStore(seed: seed);
            var other = store.OpenOther("carol@example.org");
            using (var body = DataFolder.Body(store.Store, Three[0]))
            {
                var draft = new MessageDraft("", default, body, DataFolder.Noon);
                var record = MailboxRecord.Deliver([store.Bob.Reserve(draft), other.Reserve(draft)]);
                store.Disk.CrashAt = store.Disk.Operations + (seed % 3);
                Assert.ThrowsAny<Exception>(() =>
                {
                    store.Store.Append([record]);
                    store.Bob.Settle();
                    other.Settle();
                });
            }

            store.CutPower();
            other = store.OpenOther("carol@example.org");
            Assert.Equal(store.Texts, DataFolder.Texts(other));
        }
    }

    [Fact]
    public void The_log_says_in_plain_words_what_a_start_did()
    {
        var store = Leave();
        store.Kill();
        Assert.Matches(
            @"^The server before this one did not end in good order; its journal was written again to the mailboxes "
            + @"\(records: 3, mailboxes: 1, \d+ ms\)\.$",
            Assert.Single(store.Reports));

        store.Reports.Clear();
        store.Bob.Dispose();
        store.Store.Dispose();
        store.Kill();
        Assert.Empty(store.Reports);
    }

    [Fact]
    public void Large_mail_that_the_journal_only_names_is_there_after_a_power_cut()
    {
        var large = "Subject: large\n\n" + string.Concat(Enumerable.Repeat("A line of it.\n", 2_000));
        for (var seed = 0; seed < 50; seed++)
        {
            var store = new SimulatedStore(seed: seed);
            store.Deliver(large);
            store.CutPower();
            Assert.Equal([large], store.Texts);
            Assert.True(store.Checkpoint());
            store.CutPower();
            Assert.Equal([large], store.Texts);
            Assert.DoesNotContain(store.Disk.Files(), path => path.Contains("/spool/", StringComparison.Ordinal));
        }
    }

    [Fact]
    [Requirement("D4")]
    public void A_journal_that_cannot_be_read_ends_the_start_and_changes_nothing()
    {
        var store = Leave();
        store.Stop(wasPowerCut: false);
        var before = store.Disk.Contents(SimulatedStore.MailFile);
        store.Disk.Faults.Read = 1;
        Assert.Throws<IOException>(store.Start);
        store.Disk.Faults.Read = 0;
        Assert.Equal(before, store.Disk.Contents(SimulatedStore.MailFile));
        store.Start();
        Assert.Equal(Three, store.Texts);
    }

    private static SimulatedStore Leave(bool isCheckpointed = false)
    {
        var store = new SimulatedStore();
        store.Deliver(Three);
        if (isCheckpointed)
            Assert.True(store.Checkpoint());
        return store;
    }

    /// <summary>Two messages in their file, and the third in the journal only.</summary>
    private static SimulatedStore LeaveRecord(out string segment)
    {
        var store = new SimulatedStore();
        store.Deliver(Three[..2]);
        var before = store.Journal();
        store.Append(store.Reserve(Three[2]));
        segment = store.SegmentOf(before);
        return store;
    }

    /// <summary>Where the third record is in its segment; the same in every store that begins alike.</summary>
    private static (int Start, int End) RangeOfThird(SimulatedStore with)
    {
        var octets = with.Disk.Contents(with.Journal().Keys.First(
            path => with.Disk.Contents(path).AsSpan().IndexOf("Text of number 3"u8) >= 0));
        var text = octets.AsSpan().IndexOf("Subject: 3"u8);
        var magic = octets.AsSpan(0, text).LastIndexOf("AMR1"u8);
        return (magic - 16, text + Three[2].Length);
    }

    private static void Overwrite(SimulatedStore store, string path, int start, int end, byte with)
    {
        using var file = store.Disk.Open(path, DiskAccess.ReadWrite);
        file.Write(Enumerable.Repeat(with, end - start).ToArray(), start);
    }

    private static void Truncate(SimulatedStore store, string path, int length)
    {
        using var file = store.Disk.Open(path, DiskAccess.ReadWrite);
        file.Truncate(length);
    }

    private static void AssertTakesMail(SimulatedStore store)
    {
        var before = store.Texts;
        store.Deliver(DataFolder.Mail(9));
        Assert.Equal([.. before, DataFolder.Mail(9)], store.Texts);
    }
}
