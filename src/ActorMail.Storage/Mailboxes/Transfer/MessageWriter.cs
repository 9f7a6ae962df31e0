using System.Text;
using ActorMail.Protocols.Wire;

namespace ActorMail.Storage.Mailboxes.Transfer;

/// <summary>Hands on the octets of one stored message in one form or another.</summary>
internal sealed class MessageWriter(MessageSlice slice, StoredMessage message)
{
    private const int BufferSize = 64 * 1024;

    public delegate void Sink(ReadOnlySpan<byte> octets);

    /// <summary>As an entry of an mbox file, from its <c>From </c> line to the blank line behind it.</summary>
    public void WriteEntry(string sender, Sink sink)
    {
        sink(FromLine.Compose(sender, DateTimeOffset.FromUnixTimeMilliseconds(message.ReceivedAt)));
        var flags = message.HeaderLength == 0 ? "" : StatusField.Compose(message.Flags);
        if (flags.Length == 0)
        {
            Copy(0, message.Length, sink);
        }
        else
        {
            Span<byte> tail = stackalloc byte[Math.Min(3, message.HeaderLength)];
            slice.Read(tail, message.HeaderLength - tail.Length);
            var blank = EntryReader.BlankLineAtEnd(tail, isWhole: tail.Length == message.HeaderLength);
            Copy(0, message.HeaderLength - blank, sink);
            if (blank == 0 && tail[^1] != '\n')
                sink("\n"u8);
            // With the line ends of the header, whose last line this will be.
            flags = blank == 2 ? flags.Replace("\n", "\r\n", StringComparison.Ordinal) : flags;
            sink(Encoding.ASCII.GetBytes(flags));
            Copy(message.HeaderLength - blank, message.Length, sink);
        }

        Span<byte> last = stackalloc byte[1];
        var endsLine = message.Length > 0 && slice.Read(last, message.Length - 1) == 1 && last[0] == '\n';
        // As many line ends as we wrote; what another program wrote may have had none, or a CR.
        var ends = Math.Max(endsLine ? 1 : 2, message.Traits.HasFlag(BodyTraits.Raw) ? 0 : message.PadLength);
        sink(AppendChange.LineEnds[..ends]);
    }

    /// <summary>As it was before it was stored, with these line ends, or octet for octet if it came so.</summary>
    public void WriteMessage(ReadOnlySpan<byte> lineEnd, Sink sink)
    {
        var isVerbatim = message.Traits.HasFlag(BodyTraits.Raw) && VerbatimLines.Has(Feed());
        var feed = Feed();
        var isQuoted = message.Traits.HasFlag(BodyTraits.Quoted);
        while (feed.MoveNext())
        {
            var line = feed.Piece;
            if (isQuoted && feed.Begins && line is [(byte)'>', ..]
                && line.TrimStart((byte)'>').StartsWith("From "u8))
            {
                line = line[1..];
            }

            sink(line);
            if (feed.Ends)
                sink(isVerbatim ? feed.LineEnd : lineEnd);
        }
    }

    private LineFeed Feed()
    {
        var position = 0L;
        return new LineFeed(octets =>
        {
            var count = slice.Read(octets, position);
            position += count;
            return count;
        });
    }

    private void Copy(long start, long end, Sink sink)
    {
        var buffer = new byte[(int)Math.Min(BufferSize, Math.Max(1, end - start))];
        while (start < end)
        {
            var count = slice.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - start)), start);
            if (count == 0)
                throw new IOException("The mailbox file is shorter than it was.");
            sink(buffer.AsSpan(0, count));
            start += count;
        }
    }
}
