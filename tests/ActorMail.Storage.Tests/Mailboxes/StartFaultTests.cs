using ActorMail.Storage.Mailboxes;

namespace ActorMail.Storage.Tests.Mailboxes;

/// <summary>A start that finds what it did not leave there.</summary>
public sealed class StartFaultTests
{
    [Fact]
    public void A_start_deletes_no_files_of_others_from_a_spool_folder_that_is_a_link()
    {
        using var folder = new DataFolder();
        using var other = new DataFolder();
        File.WriteAllText(Path.Join(other.Root, "thesis.txt"), "precious");
        File.CreateSymbolicLink(Path.Join(folder.Root, "spool"), other.Root);

        folder.Open().Dispose();

        Assert.Equal("precious", File.ReadAllText(Path.Join(other.Root, "thesis.txt")));
    }

    [Fact]
    public void A_mailbox_that_is_in_the_way_of_a_start_is_named()
    {
        var store = new SimulatedStore();
        store.Deliver(DataFolder.Mail(1));
        store.Stop(wasPowerCut: false);
        // The journal is not written longer than it is; the new index of the mailbox is.
        store.Disk.Faults.IsFull = true;
        var fault = Assert.ThrowsAny<IOException>(store.Start);
        Assert.Contains($"Mailbox {DataFolder.Bob} cannot be brought up", fault.Message, StringComparison.Ordinal);
        store.Disk.Faults.Calm();
        store.Start();
        Assert.Equal([DataFolder.Mail(1)], store.Texts);
    }

    [Fact]
    public void A_header_of_the_journal_that_cannot_be_read_is_reported()
    {
        var store = new SimulatedStore();
        store.Deliver(DataFolder.Mail(1));
        store.Stop(wasPowerCut: false);
        store.Disk.Flip(store.Journal().Keys.First(), 20, 0x10);
        store.Start();
        Assert.Contains(store.Reports, report => report.StartsWith("A header of seg", StringComparison.Ordinal));
    }

    [Fact]
    public void A_record_that_cannot_be_read_is_reported_where_others_are_behind_it()
    {
        var store = new SimulatedStore();
        store.Deliver(DataFolder.Mail(1), DataFolder.Mail(2), DataFolder.Mail(3));
        store.Stop(wasPowerCut: false);
        var (path, octets) = store.Journal().First(segment => segment.Value.AsSpan().IndexOf("Subject: 2"u8) >= 0);
        store.Disk.Flip(path, octets.AsSpan().IndexOf("Subject: 2"u8), 0x10);
        store.Start();
        Assert.Contains(
            store.Reports,
            report => report.StartsWith("Record 2 of the journal cannot be read", StringComparison.Ordinal));
    }

    [Fact]
    public void A_last_record_that_cannot_be_read_is_none_that_anybody_misses()
    {
        var store = new SimulatedStore();
        store.Deliver(DataFolder.Mail(1), DataFolder.Mail(2));
        store.Stop(wasPowerCut: false);
        var (path, octets) = store.Journal().First(segment => segment.Value.AsSpan().IndexOf("Subject: 2"u8) >= 0);
        store.Disk.Flip(path, octets.AsSpan().IndexOf("Subject: 2"u8), 0x10);
        store.Start();
        Assert.DoesNotContain(
            store.Reports, report => report.Contains("cannot be read", StringComparison.Ordinal));
    }

    [Fact]
    public void What_looks_like_records_in_mail_is_none_and_is_not_looked_into_for_long()
    {
        var store = new SimulatedStore();
        var fake = string.Concat(Enumerable.Repeat(
            "\u0001\u0001\u0001\u0001\u0001\0\0\0\u00ff\u00ff\u00ff\u007f\0\0\0\0AMR1", 60));
        store.Deliver(DataFolder.Mail(1), "A: b\n\n" + fake + "\n");
        store.Stop(wasPowerCut: false);
        var (path, octets) = store.Journal().First(segment => segment.Value.AsSpan().IndexOf("A: b"u8) >= 0);
        store.Disk.Flip(path, octets.AsSpan().IndexOf("A: b"u8), 0x10);
        store.Start();
        Assert.DoesNotContain(
            store.Reports, report => report.Contains("cannot be read", StringComparison.Ordinal));
    }

    [Fact]
    public void A_note_of_the_holder_that_cannot_be_written_is_in_nobodys_way()
    {
        using var folder = new DataFolder();
        Directory.CreateDirectory(Path.Join(folder.Root, "store.holder"));

        using var store = folder.Open();

        store.DescribeHolder("smtp 127.0.0.1:2525");
        Assert.Equal("", Assert.Throws<StoreInUseException>(() => folder.Open()).Holder);
    }

    [Fact]
    public void Mail_that_is_put_back_is_named_in_the_log()
    {
        using var folder = new DataFolder();
        using var store = folder.Open();
        using var mailbox = store.OpenMailbox(DataFolder.Bob);
        DataFolder.Deliver(store, mailbox, DataFolder.Mail(1), DataFolder.Mail(2));
        var text = File.ReadAllText(folder.MailFile);
        File.WriteAllText(folder.MailFile, text[..(text.IndexOf("\n\nFrom ", StringComparison.Ordinal) + 2)]);

        Assert.True(mailbox.Refresh());

        Assert.Contains("gone: 0, put back because they had just come: 1.", Assert.Single(folder.Reports),
            StringComparison.Ordinal);
        Assert.Equal([DataFolder.Mail(1), DataFolder.Mail(2)], DataFolder.Texts(mailbox));
    }
}
