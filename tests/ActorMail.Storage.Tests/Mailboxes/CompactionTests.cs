using System.Text;
using ActorMail.Storage.Mailboxes;
using ActorMail.Tests;

namespace ActorMail.Storage.Tests.Mailboxes;

public sealed class CompactionTests : IDisposable
{
    private readonly DataFolder _folder = new()
    {
        Options = new StoreOptions { CompactAtOnceSize = 1_000, Journal = DataFolder.SmallRing },
    };
    private readonly MailStore _store;
    private readonly Mailbox _mailbox;

    public CompactionTests()
    {
        _store = _folder.Open();
        _mailbox = _store.OpenMailbox(DataFolder.Bob);
    }

    public void Dispose()
    {
        _mailbox.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Deleted_mail_leaves_the_plain_file_and_the_others_keep_their_numbers()
    {
        DataFolder.Deliver(_store, _mailbox, DataFolder.Mail(1), DataFolder.Mail(2), DataFolder.Mail(3));
        Expunge(2);
        Assert.Equal(CompactionNeed.AtOnce, _mailbox.CompactionNeed);
        var validity = _mailbox.View.UidValidity;

        DataFolder.Compact(_store, _mailbox);

        Assert.Equal([DataFolder.Mail(1), DataFolder.Mail(3)], MboxText.Messages(_folder.ReadMail()));
        Assert.Equal([1u, 3u], _mailbox.View.Messages.Select(message => message.Uid));
        Assert.Equal((validity, 4u), (_mailbox.View.UidValidity, _mailbox.View.UidNext));
        Assert.Equal(DataFolder.Mail(3), DataFolder.Text(_mailbox.Slice(3)!));
        Assert.Equal(CompactionNeed.None, _mailbox.CompactionNeed);
        Assert.Single(Directory.GetFiles(_folder.MetaFolder));
    }

    [Fact]
    [Requirement("P5")]
    public void Numbers_are_not_used_again_when_all_mail_is_gone()
    {
        DataFolder.Deliver(_store, _mailbox, DataFolder.Mail(1), DataFolder.Mail(2));
        Expunge(1, 2);
        Assert.Equal(CompactionNeed.AtOnce, _mailbox.CompactionNeed);
        DataFolder.Compact(_store, _mailbox);
        Assert.Empty(_folder.ReadMail());
        var validity = _mailbox.View.UidValidity;
        _mailbox.Dispose();

        using var reopened = _store.OpenMailbox(DataFolder.Bob);
        DataFolder.Deliver(_store, reopened, DataFolder.Mail(3));
        Assert.Equal((validity, 3u), (reopened.View.UidValidity, reopened.View.Messages[0].Uid));
    }

    [Fact]
    public void Nobody_waits_for_a_large_file_to_go_even_if_all_its_mail_is_deleted()
    {
        DataFolder.Deliver(_store, _mailbox, DataFolder.Mail(1) + new string('x', 2_000) + "\n");
        Expunge(1);
        Assert.Equal(CompactionNeed.InBackground, _mailbox.CompactionNeed);

        DataFolder.Compact(_store, _mailbox);

        Assert.Empty(_folder.ReadMail());
        Assert.Equal(CompactionNeed.None, _mailbox.CompactionNeed);
    }

    [Fact]
    public void A_view_can_be_read_to_its_end_over_a_compaction()
    {
        DataFolder.Deliver(_store, _mailbox, DataFolder.Mail(1), DataFolder.Mail(2));
        var (view, content) = (_mailbox.View, _mailbox.Content);
        Assert.NotNull(content);
        content.AddReference();
        Expunge(1);
        DataFolder.Compact(_store, _mailbox);
        DataFolder.Deliver(_store, _mailbox, DataFolder.Mail(3));

        Assert.Equal(DataFolder.Mail(1), DataFolder.Text(Mailbox.SliceOf(view.Messages[0], content)));
        Assert.Equal(DataFolder.Mail(2), DataFolder.Text(Mailbox.SliceOf(view.Messages[1], content)));
        Assert.True(_store.Roll());
        Assert.True(_store.Checkpoint().IsComplete);
        content.Release();
        Assert.Throws<ObjectDisposedException>(content.AddReference);
        Assert.Equal([DataFolder.Mail(2), DataFolder.Mail(3)], DataFolder.Texts(_mailbox));
    }

    [Fact]
    public void A_large_mailbox_is_compacted_beside_the_work_when_it_is_worth_it()
    {
        var large = "A: b\n\n" + new string('x', 4_000) + "\n";
        DataFolder.Deliver(_store, _mailbox, large + "1\n", large + "2\n", large + "3\n", DataFolder.Mail(4));
        Expunge(4);
        Assert.Equal(CompactionNeed.None, _mailbox.CompactionNeed);

        _folder.Clock.Advance(TimeSpan.FromHours(25));
        Assert.Equal(CompactionNeed.InBackground, _mailbox.CompactionNeed);
        _folder.Clock.Advance(TimeSpan.FromHours(-25));
        Expunge(2);
        Assert.Equal(CompactionNeed.InBackground, _mailbox.CompactionNeed);

        using var compaction = _mailbox.BeginCompaction();
        Assert.NotNull(compaction);
        compaction.CopyLive(isSmall: false, CancellationToken.None);
        DataFolder.Deliver(_store, _mailbox, DataFolder.Mail(5));
        Expunge(1);
        var change = _mailbox.ReserveCompaction(compaction);
        Assert.NotNull(change);
        DataFolder.Commit(_store, _mailbox, MailboxRecord.Compact(change));

        Assert.Equal([large + "3\n", DataFolder.Mail(5)], DataFolder.Texts(_mailbox));
        Assert.Equal([3u, 5u], _mailbox.View.Messages.Select(message => message.Uid));
        Assert.Equal(3, MboxText.Messages(_folder.ReadMail()).Count);
        Assert.Equal(CompactionNeed.InBackground, _mailbox.CompactionNeed);
    }

    [Fact]
    public void An_abandoned_compaction_leaves_nothing()
    {
        DataFolder.Deliver(_store, _mailbox, DataFolder.Mail(1), DataFolder.Mail(2));
        Expunge(1);
        var before = _folder.ReadMail();
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        using (var compaction = _mailbox.BeginCompaction())
        {
            Assert.Throws<OperationCanceledException>(
                () => compaction!.CopyLive(isSmall: true, cancelled.Token));
        }

        Assert.Equal(before, _folder.ReadMail());
        Assert.Single(Directory.GetFiles(_folder.MetaFolder));
    }

    [Fact]
    public void A_file_that_another_program_changed_meanwhile_is_not_replaced()
    {
        DataFolder.Deliver(_store, _mailbox, DataFolder.Mail(1), DataFolder.Mail(2));
        Expunge(1);
        using var compaction = _mailbox.BeginCompaction();
        Assert.NotNull(compaction);
        compaction.CopyLive(isSmall: true, CancellationToken.None);
        File.AppendAllText(_folder.MailFile, "From x Mon Nov  2 08:00:00 2026\nA: b\n\nc\n\n", Encoding.Latin1);

        Assert.Null(_mailbox.ReserveCompaction(compaction));

        compaction.Dispose();
        Assert.True(_mailbox.Refresh());
        Assert.Equal([DataFolder.Mail(2), "A: b\n\nc\n"], DataFolder.Texts(_mailbox));
        Assert.Single(Directory.GetFiles(_folder.MetaFolder));
    }

    [Fact]
    public void No_compaction_begins_while_mail_is_under_way()
    {
        DataFolder.Deliver(_store, _mailbox, DataFolder.Mail(1));
        Expunge(1);
        using var body = DataFolder.Body(_store, DataFolder.Mail(2));
        var change = _mailbox.Reserve(new MessageDraft("", default, body, DataFolder.Noon));
        Assert.Equal(CompactionNeed.None, _mailbox.CompactionNeed);
        using (var compaction = _mailbox.BeginCompaction())
        {
            compaction!.CopyLive(isSmall: true, CancellationToken.None);
            Assert.Null(_mailbox.ReserveCompaction(compaction));
        }

        Assert.True(_mailbox.Cancel(change));
        Assert.False(_mailbox.Cancel(change));
        Assert.Equal(CompactionNeed.AtOnce, _mailbox.CompactionNeed);
    }

    [Fact]
    public void Nothing_is_reserved_while_a_compaction_is_with_the_journal()
    {
        DataFolder.Deliver(_store, _mailbox, DataFolder.Mail(1), DataFolder.Mail(2));
        Expunge(1);
        using var compaction = _mailbox.BeginCompaction();
        compaction!.CopyLive(isSmall: true, CancellationToken.None);
        var change = _mailbox.ReserveCompaction(compaction);
        Assert.NotNull(change);
        Assert.False(_mailbox.CanReserve);
        Assert.Throws<InvalidOperationException>(() => _mailbox.ReserveExpunge([2u], _mailbox.UidValidity));

        Assert.True(_mailbox.Cancel(change));
        Assert.True(_mailbox.CanReserve);
        Assert.Single(Directory.GetFiles(_folder.MetaFolder));
        Assert.Equal([DataFolder.Mail(2)], DataFolder.Texts(_mailbox));
    }

    private void Expunge(params uint[] uids) => DataFolder.Expunge(_store, _mailbox, uids);
}
