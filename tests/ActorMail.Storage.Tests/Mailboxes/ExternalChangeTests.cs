using System.Text;
using ActorMail.Storage.Mailboxes;
using ActorMail.Storage.Tests.Files;
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

    public ExternalChangeTests()
    {
        _store = _folder.Open(new FaultyDisk(_folder.Root));
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
    public void Mail_that_cat_appends_is_read_under_a_new_validity()
    {
        Append(Procmail);

        Assert.True(_mailbox.Refresh());
        Assert.True(_mailbox.View.UidValidity > _validity);
        Assert.Equal(
            [DataFolder.Mail(1), DataFolder.Mail(2), "Subject: by procmail\n\nHi\n"], DataFolder.Texts(_mailbox));
        Assert.False(_mailbox.Refresh());
        Assert.Contains("read anew", Assert.Single(_folder.Reports), StringComparison.Ordinal);
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

        _mailbox.Expunge([_mailbox.View.Messages[0].Uid], _mailbox.View.UidValidity);
        _mailbox.CompactNow();
        var content = text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..];
        Assert.Equal([DataFolder.Mail(2), content, DataFolder.Mail(3)], DataFolder.Texts(_mailbox));
        Assert.Equal(3, MboxText.Messages(_folder.ReadMail()).Count);
    }

    [Fact]
    public void Deleted_mail_does_not_come_back_with_what_others_append()
    {
        _mailbox.Expunge([_mailbox.View.Messages[1].Uid], _validity);
        Append(Procmail);
        Assert.True(_mailbox.Refresh());
        Assert.Equal([DataFolder.Mail(1), "Subject: by procmail\n\nHi\n"], DataFolder.Texts(_mailbox));
    }

    [Fact]
    public void An_edited_file_is_read_anew()
    {
        var octets = _folder.ReadMail();
        octets[^5] ^= 1;
        File.WriteAllBytes(_folder.MailFile, octets);

        Assert.True(_mailbox.Refresh());
        Assert.True(_mailbox.View.UidValidity > _validity);
        Assert.Equal(DataFolder.Mail(1), DataFolder.Texts(_mailbox)[0]);
        Assert.NotEqual(DataFolder.Mail(2), DataFolder.Texts(_mailbox)[1]);
    }

    [Fact]
    public void A_file_cut_short_is_read_anew()
    {
        using (var file = File.OpenWrite(_folder.MailFile))
            file.SetLength(file.Length - 10);
        Assert.True(_mailbox.Refresh());
        Assert.Equal(DataFolder.Mail(1), DataFolder.Texts(_mailbox)[0]);
        Assert.Equal(2, _mailbox.View.Messages.Length);
    }

    [Fact]
    [Requirement("P5", "D10")]
    public void The_validity_outlives_the_file_and_a_clock_that_goes_back()
    {
        File.Delete(_folder.MailFile);
        Assert.True(_mailbox.Refresh());
        Assert.Empty(_mailbox.View.Messages);
        var second = _mailbox.View.UidValidity;
        Assert.True(second > _validity);

        _folder.Clock.Now -= TimeSpan.FromDays(365);
        DataFolder.Deliver(_store, _mailbox, DataFolder.Mail(3));
        File.Delete(_folder.MailFile);
        _mailbox.Dispose();
        using var reopened = _store.OpenMailbox(DataFolder.Bob);
        Assert.True(reopened.View.UidValidity > second);
        DataFolder.Deliver(_store, reopened, DataFolder.Mail(4));
        Assert.Equal([DataFolder.Mail(4)], DataFolder.Texts(reopened));
    }

    [Fact]
    public void A_file_that_was_only_touched_or_copied_keeps_its_numbers()
    {
        var before = _mailbox.View.Messages.ToArray();
        File.SetLastWriteTimeUtc(_folder.MailFile, DateTime.UnixEpoch);
        Assert.False(_mailbox.Refresh());

        File.Copy(_folder.MailFile, _folder.MailFile + "~");
        File.Move(_folder.MailFile + "~", _folder.MailFile, overwrite: true);
        Assert.False(_mailbox.Refresh());

        Assert.Equal((_validity, before.Length), (_mailbox.View.UidValidity, _mailbox.View.Messages.Length));
        Assert.Equal(before, _mailbox.View.Messages.ToArray());
        DataFolder.Deliver(_store, _mailbox, DataFolder.Mail(3));
        AssertHolds(DataFolder.Mail(1), DataFolder.Mail(2), DataFolder.Mail(3));
    }

    [Fact]
    public void A_deletion_under_an_old_validity_deletes_nothing()
    {
        Append(Procmail);
        Assert.Throws<MailboxChangedException>(() => _mailbox.Expunge([1u], _validity));
        Assert.Equal(3, _mailbox.View.Messages.Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Requirement("D1", "D8")]
    public void Mail_is_not_acknowledged_in_a_file_that_is_gone(bool isReplaced)
    {
        using var body = DataFolder.Body(_store, DataFolder.Mail(3));
        var prepared = _mailbox.Prepare([new MessageDraft("", default, body, DataFolder.Noon)]);
        File.Delete(_folder.MailFile);
        if (isReplaced)
            File.WriteAllText(_folder.MailFile, Procmail);

        var stored = _mailbox.Commit(prepared);

        string[] others = isReplaced ? ["Subject: by procmail\n\nHi\n"] : [];
        AssertHolds([.. others, DataFolder.Mail(3)]);
        Assert.Equal(_mailbox.View.Messages[^1], Assert.Single(stored));
    }

    [Fact]
    public void Mail_is_refused_when_the_file_is_emptied_under_it()
    {
        using var body = DataFolder.Body(_store, DataFolder.Mail(3));
        var prepared = _mailbox.Prepare([new MessageDraft("", default, body, DataFolder.Noon)]);
        File.WriteAllText(_folder.MailFile, "");
        Assert.Throws<IOException>(() => _mailbox.Commit(prepared));

        DataFolder.Deliver(_store, _mailbox, DataFolder.Mail(4));
        AssertHolds(DataFolder.Mail(4));
    }

    [Fact]
    public void A_cleared_mailbox_is_empty_for_the_server_and_old_views_can_still_be_read()
    {
        var (view, content) = (_mailbox.View, _mailbox.Content);
        content.AddReference();
        Assert.Equal(2, MailStore.Clear(_folder.Root, DataFolder.Bob));
        Assert.Empty(_folder.ReadMail());
        Assert.True(_mailbox.Refresh());
        Assert.Empty(_mailbox.View.Messages);
        Assert.True(_mailbox.View.UidValidity > _validity);
        Assert.Equal(DataFolder.Mail(2), DataFolder.Text(content.Slice(view.Messages[1])));
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

    private void AssertHolds(params string[] texts)
    {
        Assert.Equal(texts, DataFolder.Texts(_mailbox));
        Assert.Equal(texts, MboxText.Messages(_folder.ReadMail()));
    }
}
