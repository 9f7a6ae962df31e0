using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using ActorMail.Protocols.Wire;
using ActorMail.Storage.Mailboxes;
using ActorMail.Storage.Mailboxes.Inspection;
using ActorMail.Storage.Mailboxes.Transfer;
using ActorMail.Tests;
using CsCheck;

namespace ActorMail.Storage.Tests.Mailboxes;

/// <summary>Content that was counted, from the decoder through the store to what RETR sends.</summary>
public sealed partial class RawMessageTests : IDisposable
{
    private const string Fields = "Return-Path: <>\r\nReceived: from x\r\n by y; date\r\n";

    private static readonly Gen<string> Content = Gen.OneOf(
        Gen.Int[0, 17].Select(it => new[]
        {
            "\r\n", "\n", "\r", "\r\n\r\n", "\n\r\n", ".", "From ", ">From ", "\0", "\0\0\0\0", "a", "A: b", "\u00ff",
            "\r\n.\r\n", "\n.\n", "From x Mon Nov  2 10:00:00 2026", "Received: x", " ",
        }[it]).Array[0, 25].Select(string.Concat),
        Gen.Byte.Array[0, 200].Select(octets => Encoding.Latin1.GetString(octets)));

    private readonly DataFolder _folder = new();

    public static TheoryData<string> Awkward =>
    [
        "A: b\r\n\r\nbare\nfeed\rreturn\r\n",
        "A: b\r\n\r\nends with a feed\n",
        "A: b\r\n\r\nends with a return\r",
        "A: b\r\n\r\nends\nwithout a line end",
        "A: b\r\n\r\nblank lines\n\n\r\n\n",
        "A: b\n\nall feeds\n",
        "A: b\r\nC: only a header\n",
        "no\rheader\r\n",
        "\n",
        "\r",
        "\n\r\nFrom x Mon Nov  2 10:00:00 2026\n\nFrom x Mon Nov  2 10:00:00 2026\r\n\r\n",
        "A: b\r\n\r\n\0\0\n\0\0\0\0\0\0\0\0\0\r\n",
        "A: b\r\n\r\nno bare ones at all\r\n",
        "A: b\r\n\r\nno bare ones, and no end",
        "A: b\r\n\r\n\0\0\0\0\r\n\0\0\0\0",
        "",
    ];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Awkward))]
    [Requirement("R3030-2-b", "R3030-3-b", "D11")]
    public void An_awkward_message_is_the_same_on_the_wire_and_in_every_file_that_it_gets_into(string content)
    {
        using var store = _folder.Open();
        var (retrieved, image) = (Expected(content), "");
        using (var mailbox = store.OpenMailbox(DataFolder.Bob))
        {
            string[] all = [content, "A: other\r\n\r\nmail\r\n", content];
            DataFolder.Deliver(store, mailbox, all.Select(it => Draft(store, it)));
            Assert.Equal(all.Select(Expected), Retrieved(mailbox));
            DataFolder.Expunge(store, mailbox, 2);
            DataFolder.Compact(store, mailbox);
            Assert.Equal([retrieved, retrieved], Retrieved(mailbox));
            image = DataFolder.Texts(mailbox)[1];
        }

        Assert.Empty(Findings());
        Directory.Delete(_folder.MetaFolder, recursive: true);
        using var rebuilt = store.OpenMailbox(DataFolder.Bob);
        Assert.Equal(2, rebuilt.View.Messages.Length);
        Assert.StartsWith(image, DataFolder.Texts(rebuilt)[1], StringComparison.Ordinal);
        Assert.Equal(2, MboxText.Messages(_folder.ReadMail()).Count);
    }

    [Theory]
    [Requirement("R3030-3-b", "D11")]
    [InlineData("A: b\r\n\r\nends with a feed\n")]
    [InlineData("A: b\r\n\r\nends\nwithout a line end")]
    [InlineData("A: b\r\n\r\n\0\n\0")]
    [InlineData("no header\n")]
    public void What_RETR_sends_does_not_change_when_the_index_is_lost(string content)
    {
        using var store = _folder.Open();
        using (var mailbox = store.OpenMailbox(DataFolder.Bob))
            DataFolder.Deliver(store, mailbox, [Draft(store, content), Draft(store, content)]);
        Directory.Delete(_folder.MetaFolder, recursive: true);

        using var rebuilt = store.OpenMailbox(DataFolder.Bob);
        Assert.Equal([Expected(content), Expected(content)], Retrieved(rebuilt));
    }

    [Fact]
    [Requirement("R3030-2-b", "R3030-3-b", "D11")]
    public void Any_content_is_described_as_a_rebuild_describes_it()
    {
        using var store = _folder.Open();
        var sent = new List<string>();
        using (var mailbox = store.OpenMailbox(DataFolder.Bob))
        {
            Content.Array[1, 8].Sample(
                contents =>
                {
                    DataFolder.Deliver(store, mailbox, contents.Select(it => Draft(store, it)));
                    sent.AddRange(contents);
                },
                iter: 60,
                threads: 1);
            Assert.Equal(sent.Select(Expected), Retrieved(mailbox));
        }

        Assert.Empty(Findings());
        Directory.Delete(_folder.MetaFolder, recursive: true);
        using var rebuilt = store.OpenMailbox(DataFolder.Bob);
        Assert.Equal(sent.Count, rebuilt.View.Messages.Length);
    }

    [Theory]
    [Requirement("D2", "D3", "D13", "R3030-3-b")]
    [InlineData(false)]
    [InlineData(true)]
    public void NULs_at_the_end_of_the_newest_message_survive_a_kill_and_a_power_cut(bool isWritten)
    {
        var content = "A: b\r\n\r\n\n" + new string('\0', 1_500);
        for (var seed = 1; seed <= 30; seed++)
        {
            var store = new SimulatedStore(seed: seed);
            store.Deliver(DataFolder.Mail(1));
            var draft = Draft(store.Store, content);
            using (draft.Body)
                store.Store.Append([MailboxRecord.Deliver([DataFolder.Reserve(store.Bob, draft)])]);
            if (isWritten)
                store.Bob.Settle();

            if (seed % 2 == 0)
                store.CutPower();
            else
                store.Kill();
            Assert.Equal([DataFolder.Mail(1), Fields + content], store.Texts);
            Assert.True(Mailbox.IsIntact(store.Bob.View.Messages[1], store.Bob.Content!));
            Assert.Equal(2, store.InFile.Count);
        }
    }

    [Fact]
    [Requirement("R3030-3-b")]
    public void A_large_raw_message_is_replayed_from_its_spool_file()
    {
        var content = "A: b\r\n\r\n" + string.Concat(Enumerable.Repeat("a line of text\r\n", 400)) + "\n\0\r";
        var store = new SimulatedStore();
        var draft = Draft(store.Store, content);
        using (draft.Body)
            store.Store.Append([MailboxRecord.Deliver([DataFolder.Reserve(store.Bob, draft)])]);

        store.CutPower();

        Assert.Equal([Fields + content], store.Texts);
        Assert.Equal([Expected(content)], Retrieved(store.Bob));
    }

    [Fact]
    [Requirement("R3030-3-b", "D11")]
    public void An_export_has_every_octet_and_a_Maildir_gives_it_back()
    {
        var content = "A: b\r\n\r\nFrom x\n\0bare\rreturn\n.\nno end";
        var target = Path.Join(_folder.Root, "export");
        var other = DataFolder.Name("other@example.org");
        using var store = _folder.Open();
        using (var mailbox = store.OpenMailbox(DataFolder.Bob))
            DataFolder.Deliver(store, mailbox, [Draft(store, content), Draft(store, "A: b\r\n\r\ntext\r\n")]);
        using (var reader = MailStore.OpenReadOnly(_folder.Root, DataFolder.Bob))
        {
            MailboxExport.Run(reader, target, ExportFormat.Eml, mayReplace: false, _ => { }, default);
            Assert.Equal(
                [Fields + content, $"{Fields}A: b\r\n\r\ntext\r\n"],
                Directory.GetFiles(target).Order(StringComparer.Ordinal).Select(it => Latin1(File.ReadAllBytes(it))));
            Directory.Delete(target, recursive: true);
            MailboxExport.Run(reader, target, ExportFormat.Maildir, mayReplace: false, _ => { }, default);
        }

        using (var source = new MaildirReader(target))
            MailboxImport.Run(store, other, source, new ImportOptions(), _ => { }, _ => { }, default);

        using var imported = store.OpenMailbox(other);
        Assert.Equal([Expected(content), Expected("A: b\r\n\r\ntext\r\n")], Retrieved(imported));
    }

    [Fact]
    [Requirement("D11")]
    public void Flags_in_an_mbox_export_have_the_line_ends_of_the_header()
    {
        using var store = _folder.Open();
        using (var mailbox = store.OpenMailbox(DataFolder.Bob))
        {
            DataFolder.Deliver(store, mailbox, [Draft(store, "A: b\r\n\r\nbare\nfeed\r\n")]);
            DataFolder.SetFlags(store, mailbox, new FlagChange(MessageMarks.None, MessageMarks.Seen, [], []), 1);
        }

        using var reader = MailStore.OpenReadOnly(_folder.Root, DataFolder.Bob);
        using var stream = new MemoryStream();
        MailboxExport.Run(reader, stream, _ => { }, default);

        var entry = $"\n{Fields}A: b\r\nStatus: RO\r\n\r\nbare\nfeed\r\n\n";
        Assert.EndsWith(entry, Latin1(stream.ToArray()), StringComparison.Ordinal);
    }

    private static string Latin1(byte[] octets) => Encoding.Latin1.GetString(octets);

    /// <summary>As a session makes it: the decoder into a body, our fields in front.</summary>
    private static MessageDraft Draft(MailStore store, string content)
    {
        using var writer = store.CreateBody();
        var decoder = new ChunkDecoder(long.MaxValue, int.MaxValue);
        foreach (var piece in Encoding.Latin1.GetBytes(content).Chunk(100).Append([]))
        {
            var input = new ReadOnlySequence<byte>(piece);
            decoder.BeginChunk(piece.Length, isLast: piece.Length == 0);
            decoder.Decode(ref input, writer);
        }

        var body = writer.Complete(decoder.WireLength, decoder.HeaderLength, decoder.Traits);
        var prefix = FieldsFor(content).Replace("\r\n", "\n", StringComparison.Ordinal);
        return new MessageDraft("ann@example.net", Encoding.Latin1.GetBytes(prefix), body, DataFolder.Noon);
    }

    /// <summary>With the blank line that a message without a header needs.</summary>
    private static string FieldsFor(string content) => FieldOrBlank().IsMatch(content) ? Fields : Fields + "\r\n";

    /// <summary>
    /// What a client that holds to the RFC gets: the last line ended, and dots alone between bare line ends doubled,
    /// which do not count.
    /// </summary>
    private static (string Text, long Length) Expected(string content)
    {
        var message = FieldsFor(content) + content;
        var text = message.EndsWith("\r\n", StringComparison.Ordinal)
            ? message
            : (message.EndsWith('\n') ? message[..^1] : message) + "\r\n";
        return (LoneDot().Replace(text, ".."), text.Length);
    }

    /// <summary>Each message as RETR sends it, dots unstuffed, and its length in the list.</summary>
    private static List<(string Text, long Length)> Retrieved(Mailbox mailbox) =>
    [
        .. mailbox.View.Messages.Select(message =>
        {
            var image = DataFolder.Text(Mailbox.SliceOf(message, mailbox.Content!));
            var (output, encoder) = (new ArrayBufferWriter<byte>(), new BodyEncoder(message.Traits));
            foreach (var piece in Encoding.Latin1.GetBytes(image).Chunk(1_000))
                encoder.Write(piece, output);
            encoder.WriteEnd(output);
            var wire = Encoding.Latin1.GetString(output.WrittenSpan);
            Assert.EndsWith("\r\n.\r\n", wire, StringComparison.Ordinal);
            return (wire[..^3].Replace("\r\n.", "\r\n", StringComparison.Ordinal), message.WireLength);
        }),
    ];

    private ImmutableArray<Finding> Findings() => new StoreInspection(_folder.Root).Inspect(DataFolder.Bob).Findings;

    [GeneratedRegex(@"^\r?\n|^[!-9;-~]+[ \t]*:")]
    private static partial Regex FieldOrBlank();

    [GeneratedRegex(@"(?:(?<=\r)|(?<=(?<!\r)\n))\.(?=[\r\n])")]
    private static partial Regex LoneDot();
}
