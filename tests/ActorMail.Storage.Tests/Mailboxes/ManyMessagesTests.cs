using ActorMail.Storage.Mailboxes;

namespace ActorMail.Storage.Tests.Mailboxes;

/// <summary>Mailboxes of more messages than the few hundred that lie together in memory.</summary>
public sealed class ManyMessagesTests
{
    private const int Steps = 60;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_comes_and_goes_a_mailbox_shows_it_and_a_view_stays_as_it_was(int seed)
    {
        using var folder = new DataFolder();
        using var store = folder.Open();
        using var mailbox = store.OpenMailbox(DataFolder.Bob);
        var dice = new Random(seed);
        SortedDictionary<uint, MessageMarks> expected = [];
        List<(MailboxView View, KeyValuePair<uint, MessageMarks>[] Shown)> views = [];

        for (var step = 0; step < Steps; step++)
        {
            Change(store, mailbox, dice, expected);
            AssertShows(expected, mailbox.View);
            if (step % 10 == 0)
                views.Add((mailbox.View, [.. expected]));
            if (expected.Count > 0 && dice.Next(20) == 0)
                DataFolder.Compact(store, mailbox);
        }

        Assert.All(views, it => AssertShows(it.Shown, it.View));
        using var again = store.OpenMailbox(DataFolder.Bob);
        AssertShows(expected, again.View);
    }

    [Fact]
    public void Messages_that_come_after_the_last_ones_went_are_not_seen_by_who_looked_before()
    {
        using var folder = new DataFolder();
        using var store = folder.Open();
        using var mailbox = store.OpenMailbox(DataFolder.Bob);
        Deliver(store, mailbox, 700);
        var before = mailbox.View;

        DataFolder.Expunge(store, mailbox, [.. Enumerable.Range(401, 300).Select(uid => (uint)uid)]);
        Deliver(store, mailbox, 300);

        Assert.Equal(Enumerable.Range(1, 700).Select(uid => (uint)uid), before.Messages.Select(it => it.Uid));
        Assert.Equal(700, mailbox.View.Messages.Length);
        Assert.Equal(1000u, mailbox.View.Messages[^1].Uid);
        Assert.Equal(400, mailbox.View.Messages.IndexOf(701));
        Assert.Equal(-1, mailbox.View.Messages.IndexOf(401));
    }

    private static void Change(
        MailStore store, Mailbox mailbox, Random dice, SortedDictionary<uint, MessageMarks> expected)
    {
        uint[] some = [.. expected.Keys.Where(_ => dice.Next(4) == 0)];
        uint[] run = [.. expected.Keys.Skip(dice.Next(expected.Count + 1)).Take(dice.Next(700))];
        switch (dice.Next(6))
        {
            case 0:
                DataFolder.Expunge(store, mailbox, some);
                some.ToList().ForEach(uid => expected.Remove(uid));
                break;
            case 1:
                DataFolder.Expunge(store, mailbox, run);
                run.ToList().ForEach(uid => expected.Remove(uid));
                break;
            case 2:
                var chosen = dice.Next(2) == 0 ? some : run;
                DataFolder.SetFlags(
                    store, mailbox, new FlagChange(MessageMarks.None, MessageMarks.Seen, [], []), chosen);
                chosen.ToList().ForEach(uid => expected[uid] |= MessageMarks.Seen);
                break;
            default:
                var next = mailbox.View.UidNext;
                var count = dice.Next(400);
                Deliver(store, mailbox, count);
                for (var i = 0u; i < count; i++)
                    expected.Add(next + i, MessageMarks.None);
                break;
        }
    }

    private static void Deliver(MailStore store, Mailbox mailbox, int count)
    {
        var drafts = Enumerable.Range(1, count).Select(it => DataFolder.Draft(store, DataFolder.Mail(it))).ToList();
        var records = drafts.Select(draft => MailboxRecord.Deliver([mailbox.Reserve(draft)])).ToList();
        while (records.Count > 0)
        {
            records.RemoveRange(0, store.Append(records).Done);
            mailbox.Settle();
            store.Checkpoint();
        }

        drafts.ForEach(draft => draft.Body.Dispose());
    }

    private static void AssertShows(IEnumerable<KeyValuePair<uint, MessageMarks>> expected, MailboxView view)
    {
        var shown = expected.ToList();
        Assert.Equal(shown, view.Messages.Select(it => KeyValuePair.Create(it.Uid, it.Flags)));
        Assert.Equal(shown.Count, view.Messages.Length);
        for (var i = 0; i < shown.Count; i++)
            Assert.Equal((shown[i].Key, i), (view.Messages[i].Uid, view.Messages.IndexOf(shown[i].Key)));
    }
}
