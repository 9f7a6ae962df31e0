using System.Buffers;
using ActorMail.Storage.Files;
using ActorMail.Storage.Mailboxes.Foreign;

namespace ActorMail.Storage.Mailboxes;

/// <summary>Reads a mailbox file: whether an entry is as the log knows it, and what an unknown one is.</summary>
internal sealed class EntryReader(DiskFile file)
{
    private const int BufferSize = 128 * 1024;

    public bool IsIntact(in StoredMessage message)
    {
        var checksum = 0u;
        var length = ForEach(message.Offset, message.End, piece => checksum = Crc32C.Append(checksum, piece));
        return length == message.EntryLength && checksum == message.Checksum;
    }

    /// <summary>A message between two octets of the file, wherever it came from; it has no UID yet.</summary>
    /// <param name="changedAt">Milliseconds; the date of a message without a <c>From </c> line.</param>
    public StoredMessage Describe(long start, long end, long changedAt)
    {
        Span<byte> head = stackalloc byte[(int)Math.Min(FromLine.MaxLength, end - start)];
        file.Read(head, start);
        FromLine.IsAt(head, out var fromLength, out var date);
        var pad = EndsWithBlankLine(start + fromLength, end, out var length) ? length : 0;
        return Measure(start, fromLength, end - pad - start - fromLength, pad) with
        {
            ReceivedAt = date?.ToUnixTimeMilliseconds() ?? changedAt,
        };
    }

    /// <summary>An entry whose parts are known: what its octets say of it.</summary>
    public StoredMessage Measure(long start, int fromLength, long length, int padLength)
    {
        var (checksum, content, fingerprint, meter) = (0u, 0u, new Fingerprint(), new ContentMeter());
        var end = start + fromLength + length;
        Sum(start, start + fromLength);
        ForEach(start + fromLength, end, piece =>
        {
            checksum = Crc32C.Append(checksum, piece);
            content = Crc32C.Append(content, piece);
            fingerprint.Add(piece);
            meter.Add(piece);
        });
        Sum(end, end + padLength);
        return new StoredMessage
        {
            Offset = start,
            FromLength = fromLength,
            Length = length,
            PadLength = padLength,
            WireLength = meter.WireLength,
            HeaderLength = meter.HeaderLength,
            Traits = meter.Traits,
            Checksum = checksum,
            ContentChecksum = content,
            Fingerprint = fingerprint.Result,
        };

        void Sum(long from, long to) => ForEach(from, to, piece => checksum = Crc32C.Append(checksum, piece));
    }

    /// <summary>Whether a message begins here.</summary>
    public bool IsEntryAt(long offset)
    {
        Span<byte> head = stackalloc byte[FromLine.MaxLength];
        return FromLine.IsAt(head[..file.Read(head, offset)], out _, out _);
    }

    /// <summary>Whether the octets end in a line without anything, of one or two octets.</summary>
    public bool EndsWithBlankLine(long start, long end, out int length)
    {
        Span<byte> tail = stackalloc byte[(int)Math.Min(3, end - start)];
        file.Read(tail, end - tail.Length);
        length = BlankLineAtEnd(tail, isWhole: tail.Length == end - start);
        return length > 0;
    }

    /// <summary>Line ends that the octets lack, so that a <c>From </c> line may follow.</summary>
    public int MissingLineEnds(long start, long end)
    {
        if (end == start || EndsWithBlankLine(start, end, out _))
            return 0;
        Span<byte> last = stackalloc byte[1];
        file.Read(last, end - 1);
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

    public long ForEach(long start, long end, ReadOnlySpanAction action)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(BufferSize, Math.Max(1, end - start)));
        try
        {
            var position = start;
            while (position < end)
            {
                var piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - position));
                var count = file.Read(piece, position);
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
