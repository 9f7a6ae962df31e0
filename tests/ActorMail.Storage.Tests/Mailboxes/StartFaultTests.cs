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
        store.Disk.Faults.Write = 1;
        var fault = Assert.Throws<IOException>(store.Start);
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
    public void Mail_that_is_put_back_is_named_in_the_log()
    {
        using var folder = new DataFolder();
        using var store = folder.Open();
        using var mailbox = store.OpenMailbox(DataFolder.Bob);
        DataFolder.Deliver(store, mailbox, DataFolder.Mail(1), DataFolder.Mail(2));
        var text = File.ReadAllText(folder.MailFile);
        File.WriteAllText(folder.MailFile, text[..(text.IndexOf("\n\nFrom ", StringComparison.Ordinal) + 2)]);

        Assert.True(mailbox.Refresh());

        Assert.Contains("0 are gone, 1 that came a moment before were put back", Assert.Single(folder.Reports),
            StringComparison.Ordinal);
        Assert.Equal([DataFolder.Mail(1), DataFolder.Mail(2)], DataFolder.Texts(mailbox));
    }
}
