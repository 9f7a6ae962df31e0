using ActorMail.Storage.Mailboxes;
using ActorMail.Tests;

namespace ActorMail.Storage.Tests.Mailboxes;

/// <summary>What a message is known by outlives restarts, clocks and damage, and is never used again.</summary>
public sealed class IdentityTests
{
    private static readonly string[] Three = [DataFolder.Mail(1), DataFolder.Mail(2), DataFolder.Mail(3)];

    public static TheoryData<string, Action<FileStream>> Damages => new()
    {
        { "cut short", file => file.SetLength(file.Length - 10) },
        { "cut at its first line", file => file.SetLength(file.Length - Three[2].Length - 5) },
        { "zeros at its end", file => file.Write(new byte[700]) },
        { "zeros in its place", file => Overwrite(file, new byte[Three[2].Length]) },
        { "rubbish behind it", file => file.Write("\0\u0001From rubbish\n\n\nFrom "u8) },
    };

    [Fact]
    [Requirement("P5", "R1939-7-h", "R1939-7-i")]
    public void No_unique_id_is_used_again_when_all_mail_is_gone()
    {
        using var folder = new DataFolder();
        HashSet<(uint, uint)> seen = [];
        for (var turn = 0; turn < 3; turn++)
        {
            using var store = folder.Open();
            using var mailbox = store.OpenMailbox(DataFolder.Bob);
            DataFolder.Deliver(store, mailbox, [.. Enumerable.Repeat(DataFolder.Mail(1), 20)]);
            Assert.All(Ids(mailbox), id => Assert.True(seen.Add(id)));
            Assert.Equal(20, Ids(mailbox).Count);
            DataFolder.Expunge(store, mailbox, [.. mailbox.View.Messages.Select(message => message.Uid)]);
            Assert.Empty(mailbox.View.Messages);
        }
    }

    [Theory]
    [Requirement("D10", "P5")]
    [InlineData(-365)]
    [InlineData(365)]
    public void A_clock_that_jumps_a_year_doubles_nothing_and_overwrites_nothing(int days)
    {
        using var folder = new DataFolder();
        using (var store = folder.Open())
        using (var mailbox = store.OpenMailbox(DataFolder.Bob))
        {
            DataFolder.Deliver(store, mailbox, Three[0]);
            folder.Clock.Now += TimeSpan.FromDays(days);
            DataFolder.Deliver(store, mailbox, Three[1]);
        }

        using var again = folder.Open();
        using var reopened = again.OpenMailbox(DataFolder.Bob);
        DataFolder.Deliver(again, reopened, Three[2]);

        Assert.Equal(Three, DataFolder.Texts(reopened));
        Assert.Equal([1u, 2u, 3u], reopened.View.Messages.Select(message => message.Uid));
    }

    [Fact]
    [Requirement("D10", "P5")]
    public void Mail_that_was_added_while_the_clock_went_back_gets_an_id_that_was_never_used()
    {
        using var folder = new DataFolder();
        using var store = folder.Open();
        using var mailbox = store.OpenMailbox(DataFolder.Bob);
        DataFolder.Deliver(store, mailbox, Three);
        var before = Ids(mailbox);

        folder.Clock.Now -= TimeSpan.FromDays(365);
        File.AppendAllText(folder.MailFile, "From x@y Tue Nov  3 12:00:00 2026\nSubject: by hand\n\nx\n\n");
        Assert.True(mailbox.Refresh());

        Assert.Equal(4, mailbox.View.Messages.Length);
        Assert.Equal(before, Ids(mailbox)[..3]);
        Assert.Equal(4u, Ids(mailbox)[3].Item2);
    }

    [Theory]
    [Requirement("D13")]
    [MemberData(nameof(Damages))]
    public void Damage_to_the_newest_message_hides_at_most_itself(string what, Action<FileStream> damage)
    {
        using var folder = new DataFolder();
        using (var store = folder.Open())
        using (var mailbox = store.OpenMailbox(DataFolder.Bob))
            DataFolder.Deliver(store, mailbox, Three);
        using (var file = new FileStream(folder.MailFile, FileMode.Open))
        {
            file.Seek(0, SeekOrigin.End);
            damage(file);
        }

        using var again = folder.Open();
        using var reopened = again.OpenMailbox(DataFolder.Bob);
        DataFolder.Deliver(again, reopened, DataFolder.Mail(4));

        var texts = DataFolder.Texts(reopened);
        Assert.Equal(Three[0], texts[0]);
        // Half a From line is a line of the message before, here as for every reader of mbox files.
        Assert.StartsWith(Three[1], texts[1], StringComparison.Ordinal);
        Assert.True(texts[^1] == DataFolder.Mail(4), what);
    }

    private static List<(uint, uint)> Ids(Mailbox mailbox) =>
        [.. mailbox.View.Messages.Select(message => (mailbox.View.UidValidity, message.Uid))];

    private static void Overwrite(FileStream file, byte[] octets)
    {
        file.Seek(-octets.Length, SeekOrigin.End);
        file.Write(octets);
    }
}
