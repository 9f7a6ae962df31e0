using ActorMail.Storage.Mailboxes;
using ActorMail.Tests;

namespace ActorMail.Storage.Tests.Mailboxes;

/// <summary>What a start does about a server that was killed, before anybody reads the files.</summary>
public sealed class RepairAtStartTests
{
    [Fact]
    [Requirement("D2")]
    public void The_mailbox_file_is_whole_at_the_start_and_not_only_when_the_mailbox_is_used()
    {
        using var folder = new DataFolder();
        using var copy = new DataFolder();
        using (var store = folder.Open())
        using (var mailbox = store.OpenMailbox(DataFolder.Bob))
        {
            DataFolder.Deliver(store, mailbox, DataFolder.Mail(1), DataFolder.Mail(2));
            // As a kill leaves it: the journal has both, the second is half in the file.
            CopyFolder(folder.Root, copy.Root);
        }

        using (var file = File.OpenWrite(copy.MailFile))
            file.SetLength(file.Length - 20);

        using (copy.Open())
            Assert.Equal([DataFolder.Mail(1), DataFolder.Mail(2)], MboxText.Messages(copy.ReadMail()));
        Assert.Contains(copy.Reports, report => report.Contains("records: 2,", StringComparison.Ordinal));
    }

    [Fact]
    public void After_a_server_that_ended_in_good_order_no_mailbox_is_opened()
    {
        using var folder = new DataFolder();
        using (var store = folder.Open())
        using (var mailbox = store.OpenMailbox(DataFolder.Bob))
            DataFolder.Deliver(store, mailbox, DataFolder.Mail(1));
        var before = File.GetLastWriteTimeUtc(folder.IndexFile);

        using var again = folder.Open();

        Assert.Empty(folder.Reports);
        Assert.False(again.HasUncheckpointed);
        Assert.Equal(before, File.GetLastWriteTimeUtc(folder.IndexFile));
    }

    [Fact]
    public void A_server_that_ends_in_good_order_leaves_no_note_of_itself()
    {
        using var folder = new DataFolder();
        using (folder.Open())
            Assert.True(File.Exists(Path.Join(folder.Root, "store.holder")));

        Assert.False(File.Exists(Path.Join(folder.Root, "store.holder")));
    }

    [Fact]
    public void A_dotlock_of_the_server_that_was_killed_is_removed_and_anothers_is_not()
    {
        using var folder = new DataFolder();
        folder.Open().Dispose();
        var (own, others) = (Path.Join(folder.Root, "mail", "a.lock"), Path.Join(folder.Root, "mail", "b.lock"));
        File.WriteAllText(own, "actormail\n");
        File.WriteAllText(others, "4711\n");

        using var store = folder.Open();

        Assert.False(File.Exists(own));
        Assert.True(File.Exists(others));
    }

    [Fact]
    public void A_reader_beside_the_server_sees_that_a_mailbox_was_cleared()
    {
        using var folder = new DataFolder();
        using var store = folder.Open();
        using var mailbox = store.OpenMailbox(DataFolder.Bob);
        DataFolder.Deliver(store, mailbox, "a: 1\n\n1\n", "a: 2\n\n2\n");

        Assert.Equal(2, MailStore.Clear(folder.Root, DataFolder.Bob));

        using (var reader = MailStore.OpenReadOnly(folder.Root, DataFolder.Bob))
            Assert.Empty(reader.View.Messages);
        Assert.Equal(0, MailStore.Clear(folder.Root, DataFolder.Bob));
    }

    [Fact]
    public void A_message_that_was_written_over_is_known_to_be_another()
    {
        using var folder = new DataFolder();
        using var store = folder.Open();
        using var mailbox = store.OpenMailbox(DataFolder.Bob);
        DataFolder.Deliver(store, mailbox, "a: 1\n\n1\n");
        var message = mailbox.View.Messages[0];
        Assert.True(Mailbox.IsIntact(message, mailbox.Content!));

        File.WriteAllBytes(folder.MailFile, [.. folder.ReadMail().Select(octet => octet == '1' ? (byte)'9' : octet)]);

        Assert.False(Mailbox.IsIntact(message, mailbox.Content!));
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var folder in Directory.GetDirectories(from, "*", SearchOption.AllDirectories))
            Directory.CreateDirectory(Path.Join(to, Path.GetRelativePath(from, folder)));
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            if (Path.GetFileName(file) != "store.lock")
                File.Copy(file, Path.Join(to, Path.GetRelativePath(from, file)));
        }
    }
}
