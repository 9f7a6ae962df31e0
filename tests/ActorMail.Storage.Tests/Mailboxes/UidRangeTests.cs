using ActorMail.Storage.Mailboxes;

namespace ActorMail.Storage.Tests.Mailboxes;

public sealed class UidRangeTests
{
    [Fact]
    public void Messages_that_follow_each_other_are_one_range_whatever_is_between_their_uids() =>
        Assert.Equal([new UidRange(2, 7)], UidRange.Of(List(1, 2, 5, 7, 9), [2, 5, 7]));

    [Fact]
    public void A_message_that_stays_is_in_no_range() =>
        Assert.Equal([new UidRange(1, 2), new UidRange(7, 9)], UidRange.Of(List(1, 2, 5, 7, 9), [1, 2, 7, 9]));

    [Fact]
    public void Uids_in_any_order_and_more_than_once_are_the_same_ranges() =>
        Assert.Equal([new UidRange(1, 2), new UidRange(7, 7)], UidRange.Of(List(1, 2, 5, 7, 9), [7, 2, 1, 2, 7, 1]));

    [Fact]
    public void Uids_that_are_not_there_are_no_fault() =>
        Assert.Equal([new UidRange(5, 7)], UidRange.Of(List(5, 7), [0, 1, 5, 6, 7, 8, uint.MaxValue]));

    [Fact]
    public void Nothing_of_nothing_is_no_range()
    {
        Assert.Empty(UidRange.Of([], [1]));
        Assert.Empty(UidRange.Of(List(1), []));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Of_many_messages_just_those_that_are_named_are_in_as_few_ranges_as_there_are_runs(int seed)
    {
        var dice = new Random(seed);
        uint[] there = [.. Enumerable.Range(1, 4000).Select(uid => (uint)uid).Where(_ => dice.Next(3) > 0)];
        for (var round = 0; round < 50; round++)
        {
            var share = dice.NextDouble();
            HashSet<uint> named = [.. Enumerable.Range(1, 4100).Select(uid => (uint)uid).Where(
                _ => dice.NextDouble() < share)];

            var ranges = UidRange.Of(List(there), named);

            Assert.Equal(
                there.Where(named.Contains),
                there.Where(uid => ranges.Exists(range => uid >= range.First && uid <= range.Last)));
            var runs = there.Where((uid, i) => named.Contains(uid) && (i == 0 || !named.Contains(there[i - 1])));
            Assert.Equal(runs, ranges.Select(range => range.First));
        }
    }

    private static MessageList List(params uint[] uids) => [.. uids.Select(uid => new StoredMessage { Uid = uid })];
}
