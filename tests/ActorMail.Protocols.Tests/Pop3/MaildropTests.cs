using ActorMail.Protocols.Pop3;
using ActorMail.Tests;

namespace ActorMail.Protocols.Tests.Pop3;

public sealed class MaildropTests
{
    private static readonly MaildropEntry[] Entries = [new(3, 100), new(7, 200, true), new(9, 300, true)];

    [Fact]
    [Requirement("R1939-5-h", "P4")]
    public void Find_takes_no_number_out_of_range()
    {
        var maildrop = new Maildrop(1, Entries, isUtf8: false);
        foreach (var number in (int[])[int.MinValue, -1, 0, 4, int.MaxValue])
        {
            Assert.Null(maildrop.Find(number));
            Assert.False(maildrop.IsMarked(number));
        }

        Assert.Equal(200, maildrop.Find(2)?.Size);
    }

    [Fact]
    [Requirement("R6856-2.1-b")]
    public void To_a_client_with_utf8_every_size_is_known()
    {
        var maildrop = new Maildrop(1, Entries, isUtf8: true);
        Assert.Null(maildrop.FindUnmeasured());
        Assert.Equal([100L, 200L, 300L], Enumerable.Range(1, 3).Select(number => maildrop.SizeOf(number)!.Value));
    }

    [Fact]
    [Requirement("R6856-2.1-b")]
    public void To_another_client_the_sizes_of_some_are_known_when_somebody_has_looked()
    {
        var maildrop = new Maildrop(1, Entries, isUtf8: false);
        Assert.Equal((100L, (long?)null, 2), (maildrop.SizeOf(1), maildrop.SizeOf(2), maildrop.FindUnmeasured()));
        maildrop.Measure(2, 250);
        Assert.Equal((250L, 650L, 3), (maildrop.SizeOf(2), maildrop.Size, maildrop.FindUnmeasured()));
        maildrop.Measure(2, 999);
        maildrop.Measure(3, 310);
        Assert.Equal((250L, 660L, (int?)null), (maildrop.SizeOf(2), maildrop.Size, maildrop.FindUnmeasured()));
    }

    [Fact]
    [Requirement("R6856-2.1-b")]
    public void A_marked_message_need_not_be_looked_at_until_the_mark_is_taken_back()
    {
        var maildrop = new Maildrop(1, Entries, isUtf8: false);
        maildrop.Mark(2);
        maildrop.Mark(3);
        Assert.Equal((100L, (int?)null), (maildrop.Size, maildrop.FindUnmeasured()));
        maildrop.Measure(3, 350);
        maildrop.TakeMarksBack();
        Assert.Equal((650L, 2, 0), (maildrop.Size, maildrop.FindUnmeasured(), maildrop.Deleted));
    }
}
