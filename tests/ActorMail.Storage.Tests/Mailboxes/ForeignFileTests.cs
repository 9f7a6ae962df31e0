using System.Buffers;
using System.Text;
using ActorMail.Protocols.Wire;
using ActorMail.Storage.Mailboxes;
using ActorMail.Tests;

namespace ActorMail.Storage.Tests.Mailboxes;

/// <summary>Mbox files that somebody put into the mail folder: <c>cat old.mbox > mail/bob</c>.</summary>
public sealed class ForeignFileTests : IDisposable
{
    private const string From = "From ann@example.net Mon Nov  2 08:00:00 2026\n";

    private readonly DataFolder _folder = new();
    private readonly MailStore _store;

    public ForeignFileTests() => _store = _folder.Open();

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_file_without_a_log_is_served_and_keeps_its_numbers_over_a_restart()
    {
        Put(From + "A: 1\n\nx\n\n" + From + "A: 2\n\n\n");
        MailboxView view;
        using (var mailbox = Open())
        {
            Assert.Equal(["A: 1\n\nx\n", "A: 2\n\n"], DataFolder.Texts(mailbox));
            view = mailbox.View;
        }

        using var again = Open();
        Assert.Equal(view.UidValidity, again.View.UidValidity);
        Assert.Equal(view.Messages.ToArray(), again.View.Messages.ToArray());
    }

    [Fact]
    public void A_scan_finds_what_the_delivery_knew()
    {
        string[] texts = [DataFolder.Mail(1), "A: b\n\n", "\n", "\nonly a body\n", "A: b\n\nx\n\n\ny\n"];
        StoredMessage[] delivered;
        using (var mailbox = Open())
        {
            DataFolder.Deliver(_store, mailbox, texts);
            delivered = [.. mailbox.View.Messages];
        }

        Directory.Delete(_folder.MetaFolder, recursive: true);
        using var scanned = Open();
        Assert.Equal(delivered, scanned.View.Messages.Select((it, i) => it with { Modseq = delivered[i].Modseq }));
        Assert.Equal(texts, DataFolder.Texts(scanned));
    }

    [Theory]
    [InlineData("From - Mon Nov  2 08:00:00 2026\n", true)]
    [InlineData("From a b Mon Nov 2 08:00 2026\n", true)]
    [InlineData("From a Mon Nov  2 08:00:00 CET 2026\n", true)]
    [InlineData("From a Mon Nov  2 08:00:00 2026 +0100\n", true)]
    [InlineData("From \"a b\"@x Mon Nov  2 08:00:00 2026\r\n", true)]
    [InlineData("From a Mon Nov 31 08:00:00 2026\n", false)]
    [InlineData("From a Mon Nov  2 28:00:00 2026\n", false)]
    [InlineData("From Monday on we meet at 8\n", false)]
    [InlineData("From a Mon, 2 Nov 2026 08:00:00 +0000\n", false)]
    [InlineData(">From a Mon Nov  2 08:00:00 2026\n", false)]
    [InlineData("from a Mon Nov  2 08:00:00 2026\n", false)]
    public void A_message_begins_at_a_From_line_with_a_date_behind_a_blank_line(string line, bool begins)
    {
        Put(From + "A: 1\n\ntext\n\n" + line + "B: 2\n\nmore\n\n");
        using (var mailbox = Open())
            Assert.Equal(begins ? 2 : 1, mailbox.View.Messages.Length);

        Put(From + "A: 1\n\ntext\n" + line + "B: 2\n\nmore\n\n");
        using var joined = Open();
        Assert.Single(joined.View.Messages);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(131_072)]
    [InlineData(262_144)]
    [InlineData(300_000)]
    public void Messages_are_found_wherever_a_read_is_cut(int length)
    {
        for (var around = -60; around <= 60; around++)
        {
            var first = "A: 1\n\n" + new string('x', Math.Max(1, length + around)) + "\n";
            Put(From + first + "\n" + From + "A: 2\n\ny\n\n");
            Directory.CreateDirectory(_folder.MetaFolder);
            Directory.Delete(_folder.MetaFolder, recursive: true);
            using var mailbox = Open();
            Assert.Equal([first.Length, 8], mailbox.View.Messages.Select(message => (int)message.Length));
            around += length < 100_000 ? 10 : 0;
        }
    }

    [Fact]
    public void Nothing_in_front_of_the_first_From_line_is_lost()
    {
        Put("A note to myself.\n\n" + From + "A: 1\n\nx\n\n");
        using var mailbox = Open();
        Assert.Equal(["A note to myself.\n", "A: 1\n\nx\n"], DataFolder.Texts(mailbox));
        DataFolder.Expunge(_store, mailbox, mailbox.View.Messages[1].Uid);
        DataFolder.Compact(_store, mailbox);
        Assert.Equal("A note to myself.\n\n", Encoding.Latin1.GetString(_folder.ReadMail()));
        Assert.Equal(["A note to myself.\n"], DataFolder.Texts(mailbox));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n\n")]
    [InlineData("\0\0\0\0")]
    public void A_file_without_a_message_is_an_empty_mailbox_that_takes_mail(string text)
    {
        Put(text);
        using var mailbox = Open();
        Assert.Empty(mailbox.View.Messages);
        DataFolder.Deliver(_store, mailbox, DataFolder.Mail(1));
        Assert.Equal([DataFolder.Mail(1)], DataFolder.Texts(mailbox));
        Directory.Delete(_folder.MetaFolder, recursive: true);
        using var scanned = Open();
        Assert.Equal([DataFolder.Mail(1)], DataFolder.Texts(scanned));
    }

    [Theory]
    [InlineData("Subject: x\n\nline\n.dot\n>From quoted\n>>From twice\n>Fro\nend\n")]
    [InlineData("Subject: x\r\n\r\nline\r\n.dot\r\n>From quoted\r\n")]
    [InlineData("Subject: x\n\nmixed\r\nends\nbare \r return\n")]
    [InlineData("Subject: no body\n")]
    [InlineData("Subject: no line end\n\nend")]
    [InlineData("Subject: \u00e4\n\n\0\0\n")]
    [Requirement("R1939-11-a", "P5")]
    public void Sizes_of_foreign_mail_are_those_that_go_over_the_wire(string content)
    {
        Put(From + content);
        using var mailbox = Open();
        var message = Assert.Single(mailbox.View.Messages);

        var (encoder, output) = (new BodyEncoder(message.Traits), new ArrayBufferWriter<byte>());
        encoder.Write(Encoding.Latin1.GetBytes(content), output);
        encoder.WriteEnd(output);
        var wire = Encoding.Latin1.GetString(output.WrittenSpan)[..^3];
        wire = wire.Replace("\r\n..", "\r\n.", StringComparison.Ordinal);

        Assert.Equal(wire.Length, message.WireLength);
        Assert.Equal(content.Contains('\r', StringComparison.Ordinal), message.Traits.HasFlag(BodyTraits.Raw));
        Assert.Equal(content.Contains('\u00e4', StringComparison.Ordinal), message.Traits.HasFlag(BodyTraits.EightBit));
        Assert.Equal(content.Contains(".dot", StringComparison.Ordinal), message.Traits.HasFlag(BodyTraits.HasDot));
        Assert.Equal(content.Contains(">From ", StringComparison.Ordinal), message.Traits.HasFlag(BodyTraits.Quoted));
    }

    [Fact]
    public void A_file_with_CRLF_is_split_like_any_other()
    {
        Put((From + "A: 1\n\nx\n\n" + From + "A: 2\n\ny\n\n").ReplaceLineEndings("\r\n"));
        using var mailbox = Open();
        Assert.Equal(["A: 1\r\n\r\nx\r\n", "A: 2\r\n\r\ny\r\n"], DataFolder.Texts(mailbox));
        Assert.Equal([8, 8], mailbox.View.Messages.Select(message => message.HeaderLength));
        DataFolder.Deliver(_store, mailbox, DataFolder.Mail(3));
        Assert.Equal(DataFolder.Mail(3), DataFolder.Texts(mailbox)[2]);
    }

    [Fact]
    [Requirement("D12")]
    public void Fields_that_look_like_a_stores_own_have_no_effect()
    {
        var text = "Status: RO\nX-Status: D\nX-UID: 7\nX-IMAPbase: 1 99\nX-Keywords: a\nContent-Length: 1\n\n"
            + "Long text\n\n>From here\n";
        Put(From + text + "\n" + From + "A: 2\n\n\n");
        using var mailbox = Open();
        Assert.Equal([text, "A: 2\n\n"], DataFolder.Texts(mailbox));
        Assert.Equal([1u, 2u], mailbox.View.Messages.Select(message => message.Uid));
        DataFolder.Deliver(_store, mailbox, text);
        Assert.Equal(text, DataFolder.Texts(mailbox)[2]);
        Assert.Equal(3u, mailbox.View.Messages[2].Uid);
    }

    private Mailbox Open() => _store.OpenMailbox(DataFolder.Bob);

    private void Put(string text) => File.WriteAllText(_folder.MailFile, text, Encoding.Latin1);
}
