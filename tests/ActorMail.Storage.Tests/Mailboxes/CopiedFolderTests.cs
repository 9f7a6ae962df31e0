namespace ActorMail.Storage.Tests.Mailboxes;

/// <summary>A copy of the data folder that was taken, file after file, while the server ran.</summary>
public sealed class CopiedFolderTests
{
    [Fact]
    public void Mail_whose_records_are_gone_from_the_journal_leaves_no_hole_in_a_copy_that_lacks_it()
    {
        using var folder = new DataFolder();
        using var copy = new DataFolder();
        using (var store = folder.Open())
        using (var mailbox = store.OpenMailbox(DataFolder.Bob))
        {
            DataFolder.Deliver(store, mailbox, DataFolder.Mail(1));
            Copy(folder, copy, "meta");
            Copy(folder, copy, "mail");
            // The second checkpoint is what tells the journal of the first.
            for (var number = 2; number <= 3; number++)
            {
                DataFolder.Deliver(store, mailbox, DataFolder.Mail(number));
                Assert.True(store.Roll());
                Assert.True(store.Checkpoint().IsComplete);
            }

            DataFolder.Deliver(store, mailbox, DataFolder.Mail(4));
            Copy(folder, copy, "journal");
        }

        using var restored = copy.Open();
        using var bob = restored.OpenMailbox(DataFolder.Bob);

        Assert.Equal([DataFolder.Mail(1), DataFolder.Mail(3), DataFolder.Mail(4)], DataFolder.Texts(bob));
        Assert.Equal(DataFolder.Texts(bob), MboxText.Messages(copy.ReadMail()));
        Assert.Equal([1u, 3u, 4u], [.. bob.View.Messages.Select(message => message.Uid)]);
    }

    private static void Copy(DataFolder from, DataFolder to, string name)
    {
        foreach (var file in Directory.GetFiles(Path.Join(from.Root, name), "*", SearchOption.AllDirectories))
        {
            var target = Path.Join(to.Root, Path.GetRelativePath(from.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
