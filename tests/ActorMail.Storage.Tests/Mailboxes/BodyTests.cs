using System.Buffers;
using ActorMail.Protocols.Wire;
using ActorMail.Storage.Files;
using ActorMail.Storage.Mailboxes;
using ActorMail.Tests;
using CsCheck;

namespace ActorMail.Storage.Tests.Mailboxes;

public sealed class BodyTests : IDisposable
{
    private readonly DataFolder _folder = new()
    {
        Options = new StoreOptions { SpoolThreshold = 100_000, Journal = DataFolder.SmallRing },
    };

    private string SpoolFolder => Path.Join(_folder.Root, "spool");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_body_is_what_was_written_whatever_the_pieces()
    {
        using var store = _folder.Open();
        Gen.Int[0, 30_000].Array[0, 12].Sample(pieces =>
        {
            var octets = Octets(pieces.Sum());
            using var writer = store.CreateBody();
            var written = 0;
            foreach (var piece in pieces)
            {
                octets.AsSpan(written, piece).CopyTo(writer.GetSpan(piece));
                writer.Advance(piece);
                written += piece;
            }

            using var body = writer.Complete(7, 8, BodyTraits.HasDot);
            Assert.Equal((octets.Length, 7, 8), (body.Length, body.WireLength, body.HeaderLength));
            Assert.Equal(BodyTraits.HasDot, body.Traits);
            Assert.Equal(octets, Read(body, 0, octets.Length + 1));
            Assert.Equal(octets[(octets.Length / 3)..], Read(body, octets.Length / 3, octets.Length));
        }, iter: 50);
        Assert.Empty(Directory.GetFiles(SpoolFolder));
    }

    [Fact]
    [Requirement("F1")]
    public void A_large_body_is_in_a_file_and_not_in_memory()
    {
        using var store = _folder.Open();
        using var writer = store.CreateBody();
        Write(writer, Octets(99_999));
        Assert.Empty(Directory.GetFiles(SpoolFolder));
        Write(writer, Octets(400_000));
        var spool = new FileInfo(Directory.GetFiles(SpoolFolder).Single());
        Assert.InRange(spool.Length, 499_999 - 65_536, 499_999);

        var body = writer.Complete(0, 0, BodyTraits.None);
        writer.Dispose();
        spool.Refresh();
        Assert.Equal(499_999, spool.Length);
        body.Dispose();
        body.Dispose();
        Assert.Empty(Directory.GetFiles(SpoolFolder));
        Assert.Throws<ObjectDisposedException>(() => body.Read(0, new byte[1]));
    }

    [Fact]
    [Requirement("D7")]
    public void A_body_that_was_never_completed_leaves_nothing()
    {
        using var store = _folder.Open();
        var writer = store.CreateBody();
        Write(writer, Octets(300_000));
        Assert.Single(Directory.GetFiles(SpoolFolder));
        writer.Dispose();
        writer.Dispose();
        Assert.Empty(Directory.GetFiles(SpoolFolder));
        Assert.Throws<ObjectDisposedException>(() => writer.GetMemory());
        Assert.Throws<ObjectDisposedException>(() => writer.Complete(0, 0, BodyTraits.None));
    }

    [Fact]
    public void A_start_empties_the_spool()
    {
        using (var store = _folder.Open())
        {
            var writer = store.CreateBody();
            Write(writer, Octets(300_000));
            Assert.Single(Directory.GetFiles(SpoolFolder));
        }

        using var again = _folder.Open();
        Assert.Empty(Directory.GetFiles(SpoolFolder));
    }

    [Fact]
    [Requirement("D5")]
    public void A_full_disk_shows_while_the_body_comes_in_and_not_at_small_mail()
    {
        var store = new SimulatedStore(new StoreOptions { SpoolThreshold = 100_000 });
        store.Disk.Faults.IsFull = true;
        using var large = store.Store.CreateBody();
        Assert.Throws<StoreFullException>(() => Write(large, Octets(300_000)));
        using var small = store.Store.CreateBody();
        Write(small, Octets(50_000));
        using var body = small.Complete(0, 0, BodyTraits.None);
        Assert.Equal(50_000, body.Length);
    }

    [Fact]
    public void A_spooled_body_is_delivered_to_many_mailboxes()
    {
        using var store = _folder.Open();
        using var writer = store.CreateBody();
        var octets = Octets(1_000_000);
        Write(writer, octets);
        using var body = writer.Complete(octets.Length, 0, BodyTraits.None);
        foreach (var address in new[] { "a@x.example", "b@x.example" })
        {
            using var mailbox = store.OpenMailbox(DataFolder.Name(address));
            DataFolder.Commit(store, mailbox, MailboxRecord.Deliver(
                [DataFolder.Reserve(mailbox, new MessageDraft("", default, body, DataFolder.Noon))]));
            var slice = mailbox.Slice(1);
            Assert.NotNull(slice);
            Assert.Equal(octets, System.Text.Encoding.Latin1.GetBytes(DataFolder.Text(slice)));
        }
    }

    private static void Write(BodyWriter writer, byte[] octets) => writer.Write(octets);

    private static byte[] Read(MessageBody body, long offset, int length)
    {
        var octets = new byte[length];
        return octets[..body.Read(offset, octets)];
    }

    private static byte[] Octets(int length)
    {
        var octets = new byte[length];
        for (var i = 0; i < length; i++)
            octets[i] = (byte)("abcdefghij"[i % 10] + (i / 1000 % 7));
        return octets;
    }
}
