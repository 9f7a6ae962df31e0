using System.Buffers;
using System.Text;
using ActorMail.Protocols.Wire;
using ActorMail.Storage.Mailboxes;
using ActorMail.Storage.Mailboxes.Inspection;
using ActorMail.Tests;

namespace ActorMail.Storage.Tests.Mailboxes;

/// <summary>Whether a header may be sent to a client that knows ASCII only is known without a look at it.</summary>
public sealed class HeaderTraitTests : IDisposable
{
    private const string Trace = "Return-Path: <a@b>\n";
    private const BodyTraits AsciiHeader = BodyTraits.EightBit | BodyTraits.HeaderIsAscii;

    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [Requirement("R6856-2.1-a")]
    [InlineData(Trace, "Subject: x\r\n\r\nx\r\n", BodyTraits.None)]
    [InlineData(Trace, "Subject: x\r\n\r\n\u00e9\r\n", AsciiHeader)]
    [InlineData(Trace, "Subject: \u00e9\r\n\r\nx\r\n", BodyTraits.EightBit)]
    [InlineData(Trace, "Subject: \u00e9\r\n\r\n\u00e9\r\n", BodyTraits.EightBit)]
    [InlineData(Trace, "Subject: x\r\n\u00e9: x\r\n", BodyTraits.EightBit)]
    [InlineData(Trace, "\r\n\u00e9\r\n", AsciiHeader)]
    [InlineData(Trace + "\n", "\u00e9\r\n", AsciiHeader)]
    [InlineData(Trace + "\n", "\u00e9\r\n\r\n", AsciiHeader)]
    [InlineData("Return-Path: <\u00e9@b>\n", "Subject: x\r\n\r\nx\r\n", BodyTraits.EightBit)]
    [InlineData("Return-Path: <\u00e9@b>\n", "Subject: x\r\n\r\n\u00e9\r\n", BodyTraits.EightBit)]
    [InlineData("Return-Path: <\u00e9@b>\n\n", "\u00e9\r\n", BodyTraits.EightBit)]
    [InlineData("", "Subject: x\r\n\r\n\u00e9\r\n", AsciiHeader)]
    public void Our_own_fields_count_and_a_rebuild_finds_the_same(string prefix, string data, BodyTraits traits)
    {
        using (var store = _folder.Open())
        using (var mailbox = store.OpenMailbox(DataFolder.Bob))
        {
            DataFolder.Deliver(store, mailbox, [Received(store, prefix, data)]);
            Assert.Equal(traits, Assert.Single(mailbox.View.Messages).Traits);
        }

        Assert.Empty(new StoreInspection(_folder.Root).Inspect(DataFolder.Bob).Findings);
        Assert.Equal(traits, RebuiltTraits());
        Assert.Empty(new StoreInspection(_folder.Root).Inspect(DataFolder.Bob).Findings);
    }

    [Fact]
    public void An_index_of_an_earlier_version_is_no_fault_and_a_rebuild_adds_what_it_does_not_know()
    {
        using (var store = _folder.Open())
        using (var mailbox = store.OpenMailbox(DataFolder.Bob))
        {
            DataFolder.Deliver(store, mailbox, [Received(store, Trace, "A: b\r\n\r\n\u00e9\r\n", BodyTraits.EightBit)]);
            Assert.Equal(BodyTraits.EightBit, Assert.Single(mailbox.View.Messages).Traits);
        }

        Assert.Empty(new StoreInspection(_folder.Root).Inspect(DataFolder.Bob).Findings);
        Assert.Equal(AsciiHeader, RebuiltTraits());
    }

    [Fact]
    public void An_index_that_takes_a_header_for_ASCII_wrongly_is_found_out()
    {
        using (var store = _folder.Open())
        using (var mailbox = store.OpenMailbox(DataFolder.Bob))
            DataFolder.Deliver(store, mailbox, [Received(store, Trace, "A: \u00e9\r\n\r\n", AsciiHeader)]);

        Assert.Equal(
            "message UID 1 is EightBit, and the index says EightBit, HeaderIsAscii",
            Assert.Single(new StoreInspection(_folder.Root).Inspect(DataFolder.Bob).Findings).Text);
    }

    [Fact]
    public void What_the_journal_brings_back_keeps_its_traits()
    {
        using (var store = _folder.Open())
        using (var mailbox = store.OpenMailbox(DataFolder.Bob))
        {
            var draft = Received(store, Trace, "A: b\r\n\r\n\u00e9\r\n");
            using (draft.Body)
                store.Append([MailboxRecord.Deliver([mailbox.Reserve(draft)])]);
        }

        using var again = _folder.Open();
        using var reopened = again.OpenMailbox(DataFolder.Bob);
        Assert.Equal(AsciiHeader, Assert.Single(reopened.View.Messages).Traits);
    }

    [Theory]
    [InlineData("Subject: \u00e9\n\nx\n", BodyTraits.EightBit)]
    [InlineData("Subject: x\n\n\u00e9\n", AsciiHeader)]
    [InlineData("Subject: x\r\n\r\n\u00e9\r\n", AsciiHeader | BodyTraits.Raw)]
    [InlineData("no header \u00e9\n", BodyTraits.EightBit)]
    public void Mail_of_another_program_is_looked_at(string content, BodyTraits traits)
    {
        var octets = Encoding.Latin1.GetBytes("From eve@x Mon Nov  2 10:00:00 2026\n" + content + "\n");
        using (_folder.Open())
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.MailFile)!);
        File.WriteAllBytes(_folder.MailFile, octets);
        using var store = _folder.Open();
        using var mailbox = store.OpenMailbox(DataFolder.Bob);

        Assert.Equal(traits, Assert.Single(mailbox.View.Messages).Traits);
    }

    private static MessageDraft Received(MailStore store, string prefix, string data, BodyTraits? traits = null)
    {
        using var writer = store.CreateBody();
        var decoder = new DataDecoder(maxWireLength: 10_000, maxReceivedFields: 10);
        var input = new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(data + ".\r\n"));
        Assert.Equal(DataResult.End, decoder.Decode(ref input, writer));
        var body = writer.Complete(decoder.WireLength, decoder.HeaderLength, traits ?? decoder.Traits);
        return new MessageDraft("", Encoding.Latin1.GetBytes(prefix), body, DataFolder.Noon);
    }

    private BodyTraits RebuiltTraits()
    {
        using var store = _folder.Open();
        store.Rebuild(DataFolder.Bob);
        using var mailbox = store.OpenMailbox(DataFolder.Bob);
        return Assert.Single(mailbox.View.Messages).Traits;
    }
}
