using System.Globalization;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Pop3;
using ActorMail.Tests;
using CsCheck;

namespace ActorMail.Protocols.Tests.Pop3;

public sealed class MaildropTests
{
    private static readonly Maildrop TwoMessages = Of(120, 200);

    [Fact]
    [Requirement("R1939-5-a", "R1939-5-b")]
    public void Stat_counts_what_is_not_marked_as_deleted()
    {
        Assert.Equal("+OK 2 320", Status(TwoMessages, Pop3Command.Stat.Instance));
        var next = After(TwoMessages, new Pop3Command.Dele(1));
        Assert.Equal("+OK 1 200", Status(next, Pop3Command.Stat.Instance));
        Assert.Equal("+OK 0 0", Status(Maildrop.Empty, Pop3Command.Stat.Instance));
    }

    [Fact]
    [Requirement("R1939-5-c", "R1939-4-g")]
    public void List_numbers_the_messages_from_1_without_a_gap()
    {
        var (_, reply) = TwoMessages.Execute(new Pop3Command.List(null));
        Assert.Equal("+OK 2 messages (320 octets)", reply.StatusLine);
        Assert.Equal(["1 120", "2 200"], reply.Lines);
    }

    [Fact]
    [Requirement("R1939-5-d")]
    public void List_of_an_empty_maildrop_is_positive_and_empty()
    {
        var (_, reply) = Maildrop.Empty.Execute(new Pop3Command.List(null));
        Assert.False(reply.IsError);
        Assert.Equal([], reply.Lines);
    }

    [Fact]
    [Requirement("R1939-5-e")]
    public void List_of_one_message_is_one_line()
    {
        var (_, reply) = TwoMessages.Execute(new Pop3Command.List(2));
        Assert.Equal(("+OK 2 200", null), (reply.StatusLine, reply.Lines));
    }

    [Fact]
    [Requirement("R1939-7-f")]
    public void Uidl_tells_the_unique_ids_of_all_or_of_one()
    {
        var (_, all) = TwoMessages.Execute(new Pop3Command.Uidl(null));
        Assert.Equal(["1 65a.1", "2 65a.2"], all.Lines);
        Assert.Equal("+OK 2 65a.2", Status(TwoMessages, new Pop3Command.Uidl(2)));
    }

    [Fact]
    [Requirement("R1939-5-g", "R1939-7-j")]
    public void A_message_marked_as_deleted_is_not_listed_and_cannot_be_named()
    {
        var next = After(Of(1, 2, 3), new Pop3Command.Dele(2));
        Assert.Equal(["1 1", "3 3"], next.Execute(new Pop3Command.List(null)).Reply.Lines);
        Assert.Equal(["1 65a.1", "3 65a.3"], next.Execute(new Pop3Command.Uidl(null)).Reply.Lines);
        AssertRefusesNumber(next, 2);
        Assert.Null(next.Find(2));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(int.MaxValue)]
    [Requirement("R1939-5-h", "P4")]
    public void A_number_that_never_was_is_refused_and_the_session_goes_on(int number)
    {
        AssertRefusesNumber(TwoMessages, number);
        AssertRefusesNumber(Maildrop.Empty, number);
    }

    [Fact]
    [Requirement("R1939-5-h", "P4")]
    public void Find_takes_no_number_out_of_range()
    {
        foreach (var number in (int[])[int.MinValue, -1, 0, 3, int.MaxValue])
            Assert.Null(TwoMessages.Find(number));
        Assert.Equal(200, TwoMessages.Find(2)?.Size);
    }

    [Fact]
    [Requirement("R1939-5-j")]
    public void Retr_changes_nothing()
    {
        var (next, reply) = TwoMessages.Execute(new Pop3Command.Retr(1));
        Assert.Equal("+OK 120 octets", reply.StatusLine);
        Assert.Same(TwoMessages, next);
    }

    [Fact]
    [Requirement("R1939-5-k", "R1939-6-a")]
    public void Dele_only_marks_and_the_marked_ones_are_known_by_their_uids()
    {
        var next = After(After(Of(1, 2, 3), new Pop3Command.Dele(3)), new Pop3Command.Dele(1));
        Assert.Equal([1u, 3u], next.DeletedUids.ToArray());
        Assert.Equal(3, next.Entries.Length);
        Assert.Empty(Of(1, 2, 3).DeletedUids);
    }

    [Fact]
    [Requirement("R1939-5-l")]
    public void Noop_does_nothing()
    {
        var (next, reply) = TwoMessages.Execute(Pop3Command.Noop.Instance);
        Assert.Same(TwoMessages, next);
        Assert.False(reply.IsError);
    }

    [Fact]
    [Requirement("R1939-5-m")]
    public void Rset_takes_all_marks_back()
    {
        var marked = After(After(TwoMessages, new Pop3Command.Dele(1)), new Pop3Command.Dele(2));
        var (next, reply) = marked.Execute(Pop3Command.Rset.Instance);
        Assert.Equal("+OK 2 messages (320 octets)", reply.StatusLine);
        Assert.Equal((2, 320L), (next.Count, next.Size));
        Assert.Empty(next.DeletedUids);
    }

    [Fact]
    [Requirement("R1939-3-i", "A9")]
    public void A_second_login_is_refused()
    {
        Assert.StartsWith("-ERR", Status(TwoMessages, new Pop3Command.User("eve")), StringComparison.Ordinal);
        Assert.StartsWith("-ERR", Status(TwoMessages, new Pop3Command.Pass(new Secret("x"))), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("R1939-3-h")]
    public void A_line_that_is_no_command_is_answered_with_its_reason() =>
        Assert.Equal("-ERR Unknown command", Status(TwoMessages, new Pop3Command.Invalid("Unknown command")));

    [Fact]
    [Requirement("R1939-5-b", "R1939-4-g")]
    public void The_sums_are_those_of_the_listing_after_any_commands()
    {
        var commands = Gen.OneOf(
            Gen.Int[1, 12].Select(number => (Pop3Command)new Pop3Command.Dele(number)),
            Gen.Const((Pop3Command)Pop3Command.Rset.Instance)).List[0, 40];
        Gen.Select(Gen.Long[0, 1L << 40].Array[0, 10], commands).Sample((sizes, script) =>
        {
            var maildrop = Of(sizes);
            foreach (var command in script)
            {
                maildrop = After(maildrop, command);
                var listed = maildrop.Execute(new Pop3Command.List(null)).Reply.Lines!
                    .Select(line => line.Split(' ').Select(ParseNumber).ToArray())
                    .ToArray();
                Assert.All(listed, line => Assert.Equal(sizes[line[0] - 1], line[1]));
                Assert.Equal($"+OK {listed.Length} {listed.Sum(line => line[1])}",
                    Status(maildrop, Pop3Command.Stat.Instance));
            }
        });
    }

    [Fact]
    public void A_hundred_thousand_messages_can_be_deleted_with_a_stat_after_each()
    {
        const int Messages = 100_000;
        var maildrop = Of([.. Enumerable.Repeat(1_000L, Messages)]);
        for (var number = 1; number <= Messages; number++)
        {
            maildrop = After(maildrop, new Pop3Command.Dele(number));
            Assert.Equal(1_000L * (Messages - number), maildrop.Size);
        }

        Assert.Equal(Messages, maildrop.DeletedUids.Length);
    }

    private static void AssertRefusesNumber(Maildrop maildrop, int number)
    {
        foreach (var command in (Pop3Command[])
            [
                new Pop3Command.List(number), new Pop3Command.Uidl(number), new Pop3Command.Retr(number),
                new Pop3Command.Top(number, 0), new Pop3Command.Dele(number),
            ])
        {
            var (next, reply) = maildrop.Execute(command);
            Assert.True(reply.IsError);
            Assert.Same(maildrop, next);
        }
    }

    private static long ParseNumber(string word) =>
        long.Parse(word, NumberStyles.None, CultureInfo.InvariantCulture);

    private static string Status(Maildrop maildrop, Pop3Command command) => maildrop.Execute(command).Reply.StatusLine;

    private static Maildrop After(Maildrop maildrop, Pop3Command command) => maildrop.Execute(command).Next;

    private static Maildrop Of(params long[] sizes) =>
        new([.. sizes.Select((size, index) => new MaildropEntry((uint)index + 1, $"65a.{index + 1:x}", size))]);
}
