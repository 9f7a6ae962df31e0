using System.Buffers;
using System.IO.Hashing;
using ActorMail.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace ActorMail.Storage.Mailboxes;

/// <summary>Reads a mailbox file: whether an entry is as the log knows it, and what an unknown one is.</summary>
internal sealed class EntryReader(IDisk disk, SafeFileHandle file)
{
    public const int LongestGap = 2;
    private const int BufferSize = 128 * 1024;

    public bool IsIntact(in MailboxEntry entry)
    {
        var checksum = 0u;
        var length = ForEach(
            entry.Message.Offset, entry.Message.End, piece => checksum = Crc32C.Append(checksum, piece));
        return length == entry.Length && checksum == entry.Message.Checksum;
    }

    /// <summary>A message between two octets of the file, wherever it came from; it has no UID yet.</summary>
    /// <param name="changedAt">Milliseconds; the date of a message without a <c>From </c> line.</param>
    public MailboxEntry Describe(long start, long end, long changedAt)
    {
        Span<byte> head = stackalloc byte[(int)Math.Min(FromLine.MaxLength, end - start)];
        disk.Read(file, head, start);
        FromLine.IsAt(head, out var fromLength, out var date);
        var pad = EndsWithBlankLine(start + fromLength, end, out var length) ? length : 0;
        var (checksum, hash, meter) = (0u, new XxHash128(), new ContentMeter());
        Sum(start, start + fromLength);
        ForEach(start + fromLength, end - pad, piece =>
        {
            checksum = Crc32C.Append(checksum, piece);
            hash.Append(piece);
            meter.Add(piece);
        });
        Sum(end - pad, end);
        return new MailboxEntry(
            new StoredMessage(
                0,
                start,
                fromLength,
                end - pad - start - fromLength,
                pad,
                meter.WireLength,
                meter.HeaderLength,
                meter.Traits,
                date?.ToUnixTimeMilliseconds() ?? changedAt,
                checksum),
            hash.GetCurrentHashAsUInt128());

        void Sum(long from, long to) => ForEach(from, to, piece => checksum = Crc32C.Append(checksum, piece));
    }

    /// <summary>Whether the octets end in a line without anything, of one or two octets.</summary>
    public bool EndsWithBlankLine(long start, long end, out int length)
    {
        Span<byte> tail = stackalloc byte[(int)Math.Min(3, end - start)];
        disk.Read(file, tail, end - tail.Length);
        length = BlankLineAtEnd(tail, isWhole: tail.Length == end - start);
        return length > 0;
    }

    /// <summary>Line ends that the octets lack, so that a <c>From </c> line may follow.</summary>
    public int MissingLineEnds(long start, long end)
    {
        if (end == start || EndsWithBlankLine(start, end, out _))
            return 0;
        Span<byte> last = stackalloc byte[1];
        disk.Read(file, last, end - 1);
        return last[0] == '\n' ? 1 : 2;
    }

    /// <summary>The length of a blank line that ends the octets.</summary>
    /// <param name="tail">The last three, or all there are.</param>
    /// <param name="isWhole">No octet is before them.</param>
    public static int BlankLineAtEnd(ReadOnlySpan<byte> tail, bool isWhole)
    {
        if (tail.EndsWith("\n\r\n"u8) || (isWhole && tail.SequenceEqual("\r\n"u8)))
            return 2;
        return tail.EndsWith("\n\n"u8) || (isWhole && tail.SequenceEqual("\n"u8)) ? 1 : 0;
    }

    public bool HasNul(long start, long end)
    {
        var found = false;
        ForEach(start, end, piece => found |= piece.Contains((byte)0));
        return found;
    }

    public long ForEach(long start, long end, ReadOnlySpanAction action)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(BufferSize, Math.Max(1, end - start)));
        try
        {
            var position = start;
            while (position < end)
            {
                var piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - position));
                var count = disk.Read(file, piece, position);
                if (count == 0)
                    break;
                action(piece[..count]);
                position += count;
            }

            return position - start;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    internal delegate void ReadOnlySpanAction(ReadOnlySpan<byte> piece);
}
