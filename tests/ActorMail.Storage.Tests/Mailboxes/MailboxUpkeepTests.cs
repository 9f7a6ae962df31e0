using System.Text;
using ActorMail.Storage.Mailboxes;
using ActorMail.Storage.Mailboxes.Inspection;

namespace ActorMail.Storage.Tests.Mailboxes;

public sealed class MailboxUpkeepTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public MailboxUpkeepTests() => Work((store, mailbox) =>
    {
        DataFolder.Deliver(store, mailbox, [.. Enumerable.Range(1, 5).Select(DataFolder.Mail)]);
        DataFolder.Expunge(store, mailbox, 2, 4);
    });

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_compaction_gives_back_what_deleted_mail_took()
    {
        var length = _folder.ReadMail().Length;

        Assert.Equal(length * 2 / 5, Compact());
        Assert.Equal(0, Compact());

        Assert.Equal(length * 3 / 5, _folder.ReadMail().Length);
        Assert.Equal([1, 3, 5], Uids());
        Assert.Empty(new StoreInspection(_folder.Root).Inspect(DataFolder.Bob).Findings);
    }

    [Fact]
    public void A_compaction_that_is_cancelled_changes_nothing_and_leaves_nothing()
    {
        var before = _folder.ReadMail();
        using (var store = _folder.Open())
        {
            Assert.Throws<OperationCanceledException>(() => MailboxUpkeep.Compact(
                store, DataFolder.Bob, (_, _) => { }, new CancellationToken(canceled: true)));
        }

        Assert.Equal(before, _folder.ReadMail());
        Assert.Equal([_folder.IndexFile], Directory.GetFiles(_folder.MetaFolder));
        Assert.Empty(new StoreInspection(_folder.Root).Inspect(DataFolder.Bob).Findings);
    }

    [Fact]
    public void A_compaction_removes_what_an_interrupted_one_left()
    {
        File.WriteAllText(Path.Join(_folder.MetaFolder, "INBOX.7.newaml"), "half");
        File.WriteAllText(Path.Join(_folder.MetaFolder, "INBOX.7.newmbox"), "half");

        Compact();

        Assert.Equal([_folder.IndexFile], Directory.GetFiles(_folder.MetaFolder));
    }

    [Fact]
    public void A_rebuild_keeps_UIDs_and_deleted_mail_stays_deleted()
    {
        var (validity, octets) = (Validity(), _folder.ReadMail());

        Assert.Equal(new RebuildOutcome(3, 0, 0, false), Rebuild());

        Assert.Equal([1, 3, 5], Uids());
        Assert.Equal(validity, Validity());
        Assert.Equal(octets, _folder.ReadMail());
        Assert.Empty(new StoreInspection(_folder.Root).Inspect(DataFolder.Bob).Findings);
    }

    [Fact]
    public void A_rebuild_takes_the_file_as_it_is()
    {
        var text = Encoding.Latin1.GetString(_folder.ReadMail());
        File.WriteAllText(_folder.MailFile, text.Replace("Text of number 3", "Text by Eve", StringComparison.Ordinal));

        // What is not octet for octet the message that it was is another message (RFC 3501 §2.3.1.1). Where the places
        // in the index prove nothing, deleted mail that is in the file yet is mail again.
        Assert.Equal(new RebuildOutcome(2, 3, 1, false), Rebuild());
        Assert.Equal([1, 5, 6, 7, 8], Uids());
        Assert.Equal(new RebuildOutcome(5, 0, 0, false), Rebuild());
        Assert.Equal([1, 5, 6, 7, 8], Uids());
        Assert.Empty(new StoreInspection(_folder.Root).Inspect(DataFolder.Bob).Findings);
    }

    [Fact]
    public void A_rebuild_without_an_index_begins_with_new_UIDs_and_a_new_UIDVALIDITY()
    {
        var validity = Validity();
        Compact();
        File.Delete(_folder.IndexFile);
        _folder.Clock.Now += TimeSpan.FromHours(1);

        Assert.Equal(new RebuildOutcome(0, 3, 0, false), Rebuild());

        Assert.Equal([1, 2, 3], Uids());
        Assert.True(Validity() > validity);
        Assert.Empty(new StoreInspection(_folder.Root).Inspect(DataFolder.Bob).Findings);
    }

    [Fact]
    public void A_rebuild_says_how_far_it_is()
    {
        List<long> told = [];
        using (var store = _folder.Open())
            store.Rebuild(DataFolder.Bob, told.Add);

        Assert.Equal(5, told.Count);
        Assert.Equal(_folder.ReadMail().Length, told[^1]);
    }

    private long Compact()
    {
        using var store = _folder.Open();
        return MailboxUpkeep.Compact(store, DataFolder.Bob, (_, _) => { }, CancellationToken.None);
    }

    private RebuildOutcome Rebuild()
    {
        using var store = _folder.Open();
        return store.Rebuild(DataFolder.Bob);
    }

    private uint[] Uids()
    {
        using var reader = MailStore.OpenReadOnly(_folder.Root, DataFolder.Bob);
        return [.. reader.View.Messages.Select(message => message.Uid)];
    }

    private uint Validity()
    {
        using var reader = MailStore.OpenReadOnly(_folder.Root, DataFolder.Bob);
        return reader.View.UidValidity;
    }

    private void Work(Action<MailStore, Mailbox> work)
    {
        using var store = _folder.Open();
        using var mailbox = store.OpenMailbox(DataFolder.Bob);
        work(store, mailbox);
    }
}
