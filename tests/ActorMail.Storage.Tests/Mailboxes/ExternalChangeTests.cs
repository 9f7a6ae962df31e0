using System.Text;
using ActorMail.Storage.Mailboxes;
using ActorMail.Tests;

namespace ActorMail.Storage.Tests.Mailboxes;

/// <summary>Other programs read and write mailbox files: cat, procmail, mutt, cp, rm.</summary>
public sealed class ExternalChangeTests : IDisposable
{
    private const string Procmail = "From ann@example.net Mon Nov  2 08:00:00 2026\nSubject: by procmail\n\nHi\n\n";

    private readonly DataFolder _folder = new();
    private readonly MailStore _store;
    private readonly Mailbox _mailbox;
    private readonly uint _validity;
    private MessageBody? _body;

    public ExternalChangeTests()
    {
        _store = _folder.Open();
        _mailbox = _store.OpenMailbox(DataFolder.Bob);
        DataFolder.Deliver(_store, _mailbox, DataFolder.Mail(1), DataFolder.Mail(2));
        _validity = _mailbox.View.UidValidity;
    }

    public void Dispose()
    {
        _mailbox.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Mail_that_cat_appends_is_new_and_the_rest_keeps_its_numbers()
    {
        Append(Procmail);

        Assert.False(_mailbox.IsAsLeft);
        Assert.True(_mailbox.Refresh());
        Assert.Equal((_validity, 4u), (_mailbox.View.UidValidity, _mailbox.View.UidNext));
        Assert.Equal([1u, 2u, 3u], _mailbox.View.Messages.Select(message => message.Uid));
        Assert.Equal(
            [DataFolder.Mail(1), DataFolder.Mail(2), "Subject: by procmail\n\nHi\n"], DataFolder.Texts(_mailbox));
        Assert.True(_mailbox.IsAsLeft);
        Assert.Contains("Messages as they were: 2, new: 1, gone: 0, put back", Assert.Single(_folder.Reports),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_delivery_looks_first_and_goes_behind_what_others_appended()
    {
        Append(Procmail);
        DataFolder.Deliver(_store, _mailbox, DataFolder.Mail(3));
        AssertHolds(DataFolder.Mail(1), DataFolder.Mail(2), "Subject: by procmail\n\nHi\n", DataFolder.Mail(3));
    }

    [Theory]
    [InlineData("From ann@example.net Mon Nov  2 08:00:00 2026\nSubject: x\n\nno blank line behind\n")]
    [InlineData("From ann@example.net Mon Nov  2 08:00:00 2026\nSubject: x\n\nno line end")]
    public void A_strangers_mail_without_its_blank_line_does_not_swallow_the_next_one(string text)
    {
        Append(text);
        DataFolder.Deliver(_store, _mailbox, DataFolder.Mail(3));
        Assert.Equal(4, MboxText.Messages(_folder.ReadMail()).Count);
        Assert.Equal(4, _mailbox.View.Messages.Length);

        DataFolder.Expunge(_store, _mailbox, _mailbox.View.Messages[0].Uid);
        DataFolder.Compact(_store, _mailbox);
        var content = text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..];
        Assert.Equal([DataFolder.Mail(2), content, DataFolder.Mail(3)], DataFolder.Texts(_mailbox));
        Assert.Equal(3, MboxText.Messages(_folder.ReadMail()).Count);
    }

    [Fact]
    public void Deleted_mail_does_not_come_back_with_what_others_append()
    {
        DataFolder.Expunge(_store, _mailbox, 2);
        Append(Procmail);
        Assert.True(_mailbox.Refresh());
        Assert.Equal([DataFolder.Mail(1), "Subject: by procmail\n\nHi\n"], DataFolder.Texts(_mailbox));
    }

    [Fact]
    public void Deleted_mail_does_not_come_back_where_no_other_is_left()
    {
        DataFolder.Expunge(_store, _mailbox, 1, 2);
        Append(Procmail);
        Assert.True(_mailbox.Refresh());
        Assert.Equal(["Subject: by procmail\n\nHi\n"], DataFolder.Texts(_mailbox));
    }

    [Fact]
    public void A_message_that_was_edited_is_another_message()
    {
        Assert.True(_store.Roll());
        Assert.True(_store.Checkpoint().IsComplete);
        var octets = _folder.ReadMail();
        octets[^5] ^= 1;
        File.WriteAllBytes(_folder.MailFile, octets);

        Assert.True(_mailbox.Refresh());
        Assert.Equal(_validity, _mailbox.View.UidValidity);
        Assert.Equal([1u, 3u], _mailbox.View.Messages.Select(message => message.Uid));
        Assert.Equal(DataFolder.Mail(1), DataFolder.Texts(_mailbox)[0]);
        Assert.NotEqual(DataFolder.Mail(2), DataFolder.Texts(_mailbox)[1]);
    }

    [Fact]
    public void Mail_that_was_cut_off_before_it_was_flushed_is_put_back()
    {
        using (var file = File.OpenWrite(_folder.MailFile))
            file.SetLength(file.Length - 10);
        Assert.True(_mailbox.Refresh());
        Assert.Equal([DataFolder.Mail(1), DataFolder.Mail(2)], DataFolder.Texts(_mailbox).Take(2));
        Assert.Equal([1u, 2u, 3u], _mailbox.View.Messages.Select(message => message.Uid).Order());
    }

    [Fact]
    public void Mail_that_was_cut_off_after_it_was_flushed_was_meant_to_go()
    {
        Assert.True(_store.Roll());
        Assert.True(_store.Checkpoint().IsComplete);
        var first = DataFolder.Mail(1);
        File.WriteAllText(_folder.MailFile, Encoding.Latin1.GetString(_folder.ReadMail())[..(first.Length + 47)]);

        Assert.True(_mailbox.Refresh());
        AssertHolds(first);
        Assert.Equal((_validity, 3u), (_mailbox.View.UidValidity, _mailbox.View.UidNext));
    }

    [Fact]
    public void What_mutt_writes_into_a_file_changes_no_octet_of_the_mail_and_sets_flags()
    {
        var (before, view) = (DataFolder.Texts(_mailbox), _mailbox.View);
        var text = Encoding.Latin1.GetString(_folder.ReadMail()).Replace(
            "@x>\n\n", "@x>\nStatus: RO\nX-Status: AF\nContent-Length: 18\nLines: 1\n\n", StringComparison.Ordinal);
        File.WriteAllText(_folder.MailFile, text);

        Assert.True(_mailbox.Refresh());
        Assert.Equal(before, DataFolder.Texts(_mailbox));
        Assert.Equal(before, MboxText.Messages(_folder.ReadMail()));
        Assert.Equal(view.UidValidity, _mailbox.View.UidValidity);
        Assert.Equal([1u, 2u], _mailbox.View.Messages.Select(message => message.Uid));
        Assert.All(_mailbox.View.Messages, message => Assert.Equal(
            MessageMarks.Seen | MessageMarks.Answered | MessageMarks.Flagged, message.Flags));
        Assert.True(_mailbox.View.Modseq > view.Modseq);
    }

    [Fact]
    public void Mail_in_another_order_needs_a_new_validity()
    {
        var messages = MboxText.Messages(_folder.ReadMail());
        const string From = "From ann@example.net Mon Nov  2 08:00:00 2026\n";
        File.WriteAllText(_folder.MailFile, $"{From}{messages[1]}\n{From}{messages[0]}\n");

        Assert.True(_mailbox.Refresh());
        Assert.True(_mailbox.View.UidValidity > _validity);
        Assert.Equal([DataFolder.Mail(2), DataFolder.Mail(1)], DataFolder.Texts(_mailbox));
        Assert.Contains("new UIDVALIDITY", Assert.Single(_folder.Reports), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("P5", "D10")]
    public void Numbers_outlive_the_file_and_a_clock_that_goes_back()
    {
        Assert.True(_store.Roll());
        Assert.True(_store.Checkpoint().IsComplete);
        File.Delete(_folder.MailFile);
        Assert.True(_mailbox.Refresh());
        Assert.Empty(_mailbox.View.Messages);

        _folder.Clock.Now -= TimeSpan.FromDays(365);
        DataFolder.Deliver(_store, _mailbox, DataFolder.Mail(3));
        Assert.Equal((_validity, 3u), (_mailbox.View.UidValidity, _mailbox.View.Messages[0].Uid));
        File.WriteAllText(_folder.MailFile, "");
        _mailbox.Dispose();
        using var reopened = _store.OpenMailbox(DataFolder.Bob);
        DataFolder.Deliver(_store, reopened, DataFolder.Mail(4));
        Assert.Equal((_validity, 4u), (reopened.View.UidValidity, reopened.View.Messages[0].Uid));
        Assert.Equal([DataFolder.Mail(4)], DataFolder.Texts(reopened));
    }

    [Fact]
    public void A_file_that_was_only_touched_or_copied_keeps_its_numbers()
    {
        var before = _mailbox.View.Messages.ToArray();
        File.SetLastWriteTimeUtc(_folder.MailFile, DateTime.UnixEpoch);
        Assert.True(_mailbox.Refresh());

        File.Copy(_folder.MailFile, _folder.MailFile + "~");
        File.Move(_folder.MailFile + "~", _folder.MailFile, overwrite: true);
        Assert.True(_mailbox.Refresh());

        Assert.Equal((_validity, before.Length), (_mailbox.View.UidValidity, _mailbox.View.Messages.Length));
        Assert.Equal(before, _mailbox.View.Messages.ToArray());
        Assert.Empty(_folder.Reports);
        DataFolder.Deliver(_store, _mailbox, DataFolder.Mail(3));
        AssertHolds(DataFolder.Mail(1), DataFolder.Mail(2), DataFolder.Mail(3));
    }

    [Fact]
    public void A_deletion_under_an_old_validity_deletes_nothing()
    {
        Assert.Throws<MailboxChangedException>(() => _mailbox.ReserveExpunge([1u], _validity - 1));
        Assert.Equal(2, _mailbox.View.Messages.Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Requirement("D1", "D8")]
    public void Mail_under_way_reaches_the_file_whatever_becomes_of_the_old_one(bool isReplaced)
    {
        var change = Reserve(DataFolder.Mail(3));
        File.Delete(_folder.MailFile);
        if (isReplaced)
            File.WriteAllText(_folder.MailFile, Procmail);

        Commit(change);

        // Who removes a file means its mail to go; who puts another in its place may not have seen the newest.
        string[] others = [DataFolder.Mail(1), DataFolder.Mail(2), DataFolder.Mail(3), "Subject: by procmail\n\nHi\n"];
        Assert.Equal(isReplaced ? others : [DataFolder.Mail(3)], DataFolder.Texts(_mailbox));
        Assert.Contains(change.Uid, _mailbox.View.Messages.Select(message => message.Uid));
    }

    [Fact]
    public void Mail_under_way_reaches_a_file_that_was_emptied_meanwhile()
    {
        var change = Reserve(DataFolder.Mail(3));
        File.WriteAllText(_folder.MailFile, "");
        Commit(change);
        AssertHolds(DataFolder.Mail(3));
        Assert.Equal(3u, _mailbox.View.Messages[0].Uid);
    }

    [Fact]
    public void While_another_program_has_the_file_mail_is_durable_and_waits()
    {
        using var locked = LockedFile.Take(_folder.MailFile);
        var before = _folder.ReadMail();
        var change = Reserve(DataFolder.Mail(3));
        Commit(change);
        Assert.True(change.IsCommitted);
        Assert.Equal((1, false), (_mailbox.Unapplied, _mailbox.IsIdle));
        Assert.Equal(before, _folder.ReadMail());

        locked.Dispose();
        Assert.Empty(_mailbox.Settle());
        AssertHolds(DataFolder.Mail(1), DataFolder.Mail(2), DataFolder.Mail(3));
        Assert.True(_mailbox.IsIdle);
    }

    [Fact]
    public void A_lock_that_is_held_for_long_is_named_once()
    {
        using var locked = LockedFile.Take(_folder.MailFile);
        Commit(Reserve(DataFolder.Mail(3)));
        Assert.Empty(_folder.Reports);
        for (var i = 0; i < 3; i++)
        {
            _folder.Clock.Advance(TimeSpan.FromSeconds(10));
            _mailbox.Settle();
        }

        Assert.Equal(
            [$"Mailbox {DataFolder.Bob} waits to be written: another program has it locked."], _folder.Reports);
    }

    [Fact]
    public void A_dotlock_holds_mail_back_until_it_is_gone_or_stale()
    {
        var dotlock = _folder.MailFile + ".lock";
        File.WriteAllText(dotlock, "");
        File.SetLastWriteTimeUtc(dotlock, _folder.Clock.Now.UtcDateTime);
        Commit(Reserve(DataFolder.Mail(3)));
        Assert.Equal(1, _mailbox.Unapplied);

        _folder.Clock.Advance(TimeSpan.FromSeconds(1_000));
        _mailbox.Settle();
        Assert.Equal(1, _mailbox.Unapplied);
        _folder.Clock.Advance(TimeSpan.FromSeconds(100));
        _mailbox.Settle();
        Assert.Equal(0, _mailbox.Unapplied);
        Assert.False(File.Exists(dotlock));
        AssertHolds(DataFolder.Mail(1), DataFolder.Mail(2), DataFolder.Mail(3));
    }

    [Fact]
    public void A_message_that_is_deleted_while_the_file_is_locked_is_not_seen_again()
    {
        using var locked = LockedFile.Take(_folder.MailFile);
        Commit(Reserve(DataFolder.Mail(3)));
        var change = _mailbox.ReserveExpunge([1u], _validity);
        _store.Append([MailboxRecord.Expunge(change!)]);
        Assert.Equal([change!], _mailbox.Settle());
        Assert.Equal([2u], _mailbox.View.Messages.Select(message => message.Uid));

        locked.Dispose();
        _mailbox.Settle();
        Assert.Equal([2u, 3u], _mailbox.View.Messages.Select(message => message.Uid));
    }

    [Fact]
    public void A_cleared_mailbox_is_empty_for_the_server_and_old_views_can_still_be_read()
    {
        var (view, content) = (_mailbox.View, _mailbox.Content);
        content!.AddReference();
        Assert.Equal(2, MailStore.Clear(_folder.Root, DataFolder.Bob));
        Assert.Empty(_folder.ReadMail());
        Assert.True(_mailbox.Refresh());
        Assert.Empty(_mailbox.View.Messages);
        Assert.Equal((_validity, 3u), (_mailbox.View.UidValidity, _mailbox.View.UidNext));
        Assert.Equal(DataFolder.Mail(2), DataFolder.Text(Mailbox.SliceOf(view.Messages[1], content)));
        content.Release();
        Assert.Equal(0, MailStore.Clear(_folder.Root, DataFolder.Name("nobody@example.org")));
        Assert.False(File.Exists(Path.Join(_folder.Root, "mail", "nobody@example.org")));
    }

    [Fact]
    public void A_link_or_a_folder_is_no_mailbox()
    {
        File.Delete(_folder.MailFile);
        File.CreateSymbolicLink(_folder.MailFile, "/etc/passwd");
        Assert.Throws<IOException>(() => _mailbox.Refresh());
        File.Delete(_folder.MailFile);
        Directory.CreateDirectory(_folder.MailFile);
        Assert.Throws<IOException>(() => _mailbox.Refresh());
    }

    private void Append(string text) => File.AppendAllText(_folder.MailFile, text, Encoding.Latin1);

    private AppendChange Reserve(string text)
    {
        _body = DataFolder.Body(_store, text);
        return _mailbox.Reserve(new MessageDraft("", default, _body, DataFolder.Noon));
    }

    private void Commit(AppendChange change)
    {
        _store.Append([MailboxRecord.Deliver([change])]);
        _body!.Dispose();
        Assert.Equal([change], _mailbox.Settle());
    }

    private void AssertHolds(params string[] texts)
    {
        Assert.Equal(texts, DataFolder.Texts(_mailbox));
        Assert.Equal(texts, MboxText.Messages(_folder.ReadMail()));
    }
}
