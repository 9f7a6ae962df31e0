using ActorMail.Storage.Mailboxes;

namespace ActorMail.Storage.Tests.Mailboxes;

public sealed class MailboxReaderTests : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly MailStore _store;
    private readonly Mailbox _mailbox;

    public MailboxReaderTests()
    {
        _store = _folder.Open();
        _mailbox = _store.OpenMailbox(DataFolder.Bob);
        DataFolder.Deliver(_store, _mailbox, DataFolder.Mail(1), DataFolder.Mail(2), DataFolder.Mail(3));
        DataFolder.Expunge(_store, _mailbox, 2u);
    }

    public void Dispose()
    {
        _mailbox.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void It_sees_what_the_server_sees()
    {
        using var reader = MailStore.OpenReadOnly(_folder.Root, DataFolder.Bob);
        Assert.Equal(_mailbox.View.UidValidity, reader.View.UidValidity);
        Assert.Equal(_mailbox.View.Messages.ToArray(), reader.View.Messages.ToArray());
        Assert.Equal([DataFolder.Mail(1), DataFolder.Mail(3)], Texts(reader));
        Assert.Null(reader.Slice(2));
    }

    [Fact]
    public void It_does_not_see_mail_that_is_under_way()
    {
        using var body = DataFolder.Body(_store, DataFolder.Mail(4));
        var change = _mailbox.Reserve(new MessageDraft("", default, body, DataFolder.Noon));
        _store.Append([MailboxRecord.Deliver([change])]);
        using (var reader = MailStore.OpenReadOnly(_folder.Root, DataFolder.Bob))
            Assert.Equal([DataFolder.Mail(1), DataFolder.Mail(3)], Texts(reader));
        _mailbox.Settle();
        using var later = MailStore.OpenReadOnly(_folder.Root, DataFolder.Bob);
        Assert.Equal([DataFolder.Mail(1), DataFolder.Mail(3), DataFolder.Mail(4)], Texts(later));
    }

    [Fact]
    public void It_reads_on_while_the_server_rewrites_the_file()
    {
        using var reader = MailStore.OpenReadOnly(_folder.Root, DataFolder.Bob);
        DataFolder.Compact(_store, _mailbox);
        Assert.Equal([DataFolder.Mail(1), DataFolder.Mail(3)], Texts(reader));
        using var later = MailStore.OpenReadOnly(_folder.Root, DataFolder.Bob);
        Assert.Equal([DataFolder.Mail(1), DataFolder.Mail(3)], Texts(later));
    }

    [Fact]
    public void It_shows_what_others_did_and_repairs_nothing()
    {
        _mailbox.Dispose();
        File.AppendAllText(_folder.MailFile, "From x Mon Nov  2 08:00:00 2026\nA: b\n\nc\n\n");
        var before = Snapshot();
        using var reader = MailStore.OpenReadOnly(_folder.Root, DataFolder.Bob);
        Assert.Equal([DataFolder.Mail(1), DataFolder.Mail(3), "A: b\n\nc\n"], Texts(reader));
        Assert.Equal(before, Snapshot());
    }

    [Fact]
    public void A_mailbox_never_used_is_empty()
    {
        var before = Snapshot();
        using var reader = MailStore.OpenReadOnly(_folder.Root, DataFolder.Name("nobody@example.org"));
        Assert.Empty(reader.View.Messages);
        Assert.Equal(before, Snapshot());
    }

    private static List<string> Texts(MailboxReader reader) =>
        [.. reader.View.Messages.Select(message => DataFolder.Text(reader.Slice(message.Uid)!))];

    private List<(string, long)> Snapshot() =>
    [
        .. Directory.GetFileSystemEntries(_folder.Root, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(path => (path, File.GetLastWriteTimeUtc(path).Ticks)),
    ];
}
