using System.Buffers;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// Finds the messages of an mbox file that another program wrote or changed. A message begins at a plausible
/// <c>From </c> line at the beginning or behind a blank line; what stands before the first one is a message too, so
/// that nothing is lost.
/// </summary>
internal static class MboxScanner
{
    private const int WindowSize = 256 * 1024;
    private static readonly byte[] LineOfMessage = [.. "\nFrom "u8];

    /// <summary>The messages between two octets of the file, in order, without UIDs.</summary>
    /// <param name="file">The mailbox file.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="stat">Of the file; its size is the end.</param>
    /// <param name="progress">Hears now and then how many octets are done.</param>
    public static List<StoredMessage> Scan(DiskFile file, long start, FileStat stat, Action<long>? progress = null)
    {
        var starts = Starts(file, start, stat.Size);
        var reader = new EntryReader(file);
        var entries = new List<StoredMessage>(starts.Count);
        for (var i = 0; i < starts.Count; i++)
        {
            var end = i + 1 < starts.Count ? starts[i + 1] : stat.Size;
            entries.Add(reader.Describe(starts[i], end, stat.ModifiedNs / 1_000_000));
            progress?.Invoke(end - start);
        }

        return entries;
    }

    /// <summary>Where the messages between two octets of the file begin.</summary>
    public static List<long> Starts(DiskFile file, long start, long end)
    {
        var first = SkipPadding(file, start, end);
        return first == end ? [] : FindStarts(file, first, end);
    }

    /// <summary>Blank lines, and the zeros of a hole, in front of everything are no message.</summary>
    public static long SkipPadding(DiskFile file, long start, long end)
    {
        var position = start;
        Span<byte> window = stackalloc byte[4096];
        while (position < end)
        {
            var count = file.Read(window[..(int)Math.Min(window.Length, end - position)], position);
            if (count == 0)
                break;
            var found = window[..count].IndexOfAnyExcept("\0\r\n"u8);
            if (found >= 0)
                return position + found;
            position += count;
        }

        return end;
    }

    /// <summary>Where messages begin between two octets; the first of these counts as the beginning of one.</summary>
    public static List<long> FindStarts(DiskFile file, long first, long end)
    {
        List<long> starts = [first];
        var window = ArrayPool<byte>.Shared.Rent(WindowSize);
        try
        {
            var (position, held) = (first, 0);
            while (true)
            {
                var wanted = (int)Math.Min(window.Length - held, end - position - held);
                var count = file.Read(window.AsSpan(held, wanted), position + held);
                held += count;
                var isLast = count < wanted || position + held == end;
                var done = FindIn(window.AsSpan(0, held), position, isLast, starts);
                if (isLast)
                    return starts;
                window.AsSpan(done, held - done).CopyTo(window);
                (position, held) = (position + done, held - done);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(window);
        }
    }

    /// <summary>Gives how much of the window needs not be seen again.</summary>
    private static int FindIn(ReadOnlySpan<byte> window, long position, bool isLast, List<long> starts)
    {
        var from = 0;
        while (true)
        {
            var found = window[from..].IndexOf(LineOfMessage);
            if (found < 0)
                return Math.Max(from, window.Length - LineOfMessage.Length - 2);
            var line = from + found + 1;
            if (!isLast && window.Length - line < FromLine.MaxLength)
                return Math.Max(0, line - 3);
            var before = window[Math.Max(0, line - 3)..line];
            if (EntryReader.BlankLineAtEnd(before, isWhole: line < 3) > 0
                && FromLine.IsAt(window[line..], out _, out _))
            {
                starts.Add(position + line);
            }

            from = line;
        }
    }
}
