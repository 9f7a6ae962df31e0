using ActorMail.Actors.Auth;
using ActorMail.Tests;

namespace ActorMail.Actors.Tests.Auth;

public sealed class FairQueueTests
{
    [Fact]
    [Requirement("A4")]
    public void Senders_take_turns_and_so_do_the_topics_of_each()
    {
        var queue = Fill(20, "home bob 1", "home bob 2", "home bob 3", "home eve 1", "away bob 1", "home ann 1");
        Assert.Equal(
            ["home bob 1", "away bob 1", "home eve 1", "home ann 1", "home bob 2", "home bob 3"], Drain(queue));
    }

    [Fact]
    [Requirement("A4")]
    public void Whoever_comes_while_others_wait_is_next_but_one_for_each_of_them()
    {
        var queue = Fill(1_000, [.. Enumerable.Range(0, 500).Select(n => $"home bob {n}")]);
        Assert.True(queue.TryDequeue(out _));
        Add(queue, "home eve 1");
        Assert.Equal(["home bob 1", "home eve 1"], Drain(queue).Take(2));
    }

    [Theory]
    [InlineData("away bob 1", "home bob 3")]
    [InlineData("home eve 1", "home bob 3")]
    [InlineData("home bob 4", "home bob 4")]
    [Requirement("A4")]
    public void A_full_queue_gives_up_the_end_of_its_longest_line_for_a_newcomer(string newcomer, string displaced)
    {
        var queue = Fill(3, "home bob 1", "home bob 2", "home bob 3");
        Assert.Equal(displaced, Add(queue, newcomer));
        Assert.Equal(3, queue.Count);
        Assert.Equal(newcomer != displaced, Drain(queue).Contains(newcomer));
    }

    [Theory]
    [InlineData("one bob 2")]
    [InlineData("one eve 1")]
    [InlineData("three bob 1")]
    public void A_queue_of_equals_takes_nobody_in_when_it_is_full(string newcomer)
    {
        var queue = Fill(2, "one bob 1", "two bob 1");
        Assert.Equal(newcomer, Add(queue, newcomer));
        Assert.Equal(["one bob 1", "two bob 1"], Drain(queue));
    }

    [Fact]
    public void Nothing_is_lost_or_given_twice_whatever_the_order()
    {
        var (random, queue, inside) = (new Random(7), new FairQueue<string, string, string>(20), new HashSet<string>());
        for (var n = 0; n < 20_000; n++)
        {
            if (random.Next(2) == 0)
            {
                var item = $"{random.Next(4)} {random.Next(4)} {n}";
                inside.Add(item);
                if (Add(queue, item) is { } displaced)
                    Assert.True(inside.Remove(displaced));
            }
            else if (queue.TryDequeue(out var item))
            {
                Assert.True(inside.Remove(item));
            }

            Assert.Equal(inside.Count, queue.Count);
        }

        Assert.Equal(inside.Order(), Drain(queue).Order());
    }

    private static FairQueue<string, string, string> Fill(int maxCount, params string[] items)
    {
        var queue = new FairQueue<string, string, string>(maxCount);
        foreach (var item in items)
            Assert.Null(Add(queue, item));
        return queue;
    }

    /// <summary>An item is <c>sender topic number</c>.</summary>
    private static string? Add(FairQueue<string, string, string> queue, string item)
    {
        var words = item.Split(' ');
        return queue.Enqueue(words[0], words[1], item);
    }

    private static List<string> Drain(FairQueue<string, string, string> queue)
    {
        var items = new List<string>();
        while (queue.TryDequeue(out var item))
            items.Add(item);
        return items;
    }
}
