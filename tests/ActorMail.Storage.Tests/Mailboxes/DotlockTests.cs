using ActorMail.Storage.Simulation;

namespace ActorMail.Storage.Tests.Mailboxes;

/// <summary>Dotlocks that were not written to their end, and so say nothing of who made them.</summary>
public sealed class DotlockTests : IDisposable
{
    private readonly DataFolder _folder = new();

    private string Dotlock => _folder.MailFile + ".lock";

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("\0\0\0\0\0\0\0\0\0\0")]
    public void A_dotlock_that_the_killed_server_had_no_time_to_write_is_removed_at_the_start(string content)
    {
        Deliver(DataFolder.Mail(1));
        File.WriteAllText(Dotlock, content);

        Deliver(DataFolder.Mail(2));

        Assert.False(File.Exists(Dotlock));
        Assert.Equal([DataFolder.Mail(1), DataFolder.Mail(2)], MboxText.Messages(_folder.ReadMail()));
    }

    [Fact]
    public void An_empty_dotlock_of_who_holds_the_other_lock_as_well_stays()
    {
        Deliver(DataFolder.Mail(1));
        File.WriteAllText(Dotlock, "");

        using (LockedFile.Take(_folder.MailFile))
            _folder.Open().Dispose();

        Assert.True(File.Exists(Dotlock));
    }

    [Fact]
    public void A_dotlock_of_a_mailbox_that_has_no_file_yet_is_removed_at_the_start()
    {
        _folder.Open().Dispose();
        File.WriteAllText(Dotlock, "");

        Deliver(DataFolder.Mail(1));

        Assert.False(File.Exists(Dotlock));
        Assert.Equal([DataFolder.Mail(1)], MboxText.Messages(_folder.ReadMail()));
    }

    [Fact]
    public void Where_a_file_has_one_name_only_each_dotlock_is_a_file()
    {
        var disk = new SimulatedDisk(new Random(1)) { HasLinks = false };

        DeliverTwice(disk);

        Assert.Equal(2, disk.Book.Count(it => it == $"create {Dotlock}"));
        Assert.DoesNotContain(Dotlock, disk.Files());
    }

    [Fact]
    public void Dotlocks_are_names_of_one_file_that_stays_young()
    {
        var disk = new SimulatedDisk(new Random(1));

        DeliverTwice(disk);

        var file = Path.Join(_folder.Root, "meta", ".dotlock");
        Assert.Equal(2, disk.Book.Count(it => it == $"link {Dotlock} to {file}"));
        Assert.Equal(1, disk.Book.Count(it => it == $"create {file}"));
        Assert.Equal(2, disk.Book.Count(it => it.StartsWith($"write {file} ", StringComparison.Ordinal)));
        Assert.DoesNotContain(Dotlock, disk.Files());
    }

    /// <summary>With a while between.</summary>
    private void DeliverTwice(SimulatedDisk disk)
    {
        using var store = _folder.Open(disk);
        using var mailbox = store.OpenMailbox(DataFolder.Bob);
        DataFolder.Deliver(store, mailbox, DataFolder.Mail(1));
        _folder.Clock.Advance(TimeSpan.FromMinutes(1));
        DataFolder.Deliver(store, mailbox, DataFolder.Mail(2));
    }

    private void Deliver(string text)
    {
        using var store = _folder.Open();
        using var mailbox = store.OpenMailbox(DataFolder.Bob);
        DataFolder.Deliver(store, mailbox, text);
    }
}
