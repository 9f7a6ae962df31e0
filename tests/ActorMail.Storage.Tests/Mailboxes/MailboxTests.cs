using System.Text;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Storage.Tests.Mailboxes;

public sealed class MailboxTests
{
    [Fact]
    public void A_mailbox_never_used_is_empty_and_makes_no_file()
    {
        using var folder = new DataFolder();
        using var store = folder.Open();
        using (var mailbox = store.OpenMailbox(DataFolder.Bob))
        {
            Assert.Empty(mailbox.View.Messages);
            Assert.True(mailbox.Refresh());
            Assert.Null(mailbox.ReserveExpunge([1u], mailbox.View.UidValidity));
        }

        Assert.Empty(Directory.GetFileSystemEntries(Path.Join(folder.Root, "mail")));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Join(folder.Root, "meta")));
    }

    [Fact]
    public void A_message_lies_in_the_file_as_every_mail_reader_knows_it()
    {
        using var folder = new DataFolder();
        using var store = folder.Open();
        using var mailbox = store.OpenMailbox(DataFolder.Bob);
        using var body = DataFolder.Body(store, "Subject: x\n\nHello\n");
        var prefix = "Return-Path: <ann@example.net>\n"u8.ToArray();
        var draft = new MessageDraft("ann@example.net", prefix, body, DataFolder.Noon);

        DataFolder.Deliver(store, mailbox, [draft]);

        Assert.Equal(
            "From ann@example.net Tue Nov  3 12:00:00 2026\n"
            + "Return-Path: <ann@example.net>\nSubject: x\n\nHello\n\n",
            Encoding.Latin1.GetString(folder.ReadMail()));
    }

    [Fact]
    public void Messages_are_seen_when_they_are_committed_and_not_before()
    {
        using var folder = new DataFolder();
        using var store = folder.Open();
        using var mailbox = store.OpenMailbox(DataFolder.Bob);
        using var body = DataFolder.Body(store, DataFolder.Mail(1));
        var change = mailbox.Reserve(new MessageDraft("", default, body, DataFolder.Noon));
        Assert.Empty(mailbox.View.Messages);

        store.Append([MailboxRecord.Deliver([change])]);
        Assert.Empty(mailbox.View.Messages);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Join(folder.Root, "mail")));

        Assert.Equal([change], mailbox.Settle());
        Assert.Equal(change.Uid, Assert.Single(mailbox.View.Messages).Uid);
        Assert.Equal([DataFolder.Mail(1)], DataFolder.Texts(mailbox));
    }

    [Fact]
    public void Messages_and_their_numbers_are_the_same_after_a_restart()
    {
        using var folder = new DataFolder();
        MailboxView before;
        using (var store = folder.Open())
        using (var mailbox = store.OpenMailbox(DataFolder.Bob))
        {
            DataFolder.Deliver(store, mailbox, DataFolder.Mail(1), DataFolder.Mail(2));
            DataFolder.Deliver(store, mailbox, DataFolder.Mail(3));
            DataFolder.Expunge(store, mailbox, 2);
            before = mailbox.View;
        }

        using var again = folder.Open();
        using var reopened = again.OpenMailbox(DataFolder.Bob);
        Assert.Equal((before.UidValidity, before.UidNext), (reopened.View.UidValidity, reopened.View.UidNext));
        Assert.Equal(before.Messages.ToArray(), reopened.View.Messages.ToArray());
        Assert.Equal([DataFolder.Mail(1), DataFolder.Mail(3)], DataFolder.Texts(reopened));
        Assert.Empty(folder.Reports);
    }
}
