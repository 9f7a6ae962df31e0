using System.Text;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes.Foreign;

/// <summary>
/// The header fields that mail programs write into a mailbox file for their own use, and the way back from a message
/// with them to the octets that we delivered.
/// </summary>
internal static class ForeignFields
{
    /// <summary>A longer header is not looked into; octets.</summary>
    public const int MaxHeaderLength = 256 * 1024;

    /// <summary>More of these fields in one message are not tried out.</summary>
    private const int MaxTried = 10;

    private static readonly string[] Names =
        ["Status", "X-Status", "X-Keywords", "X-UID", "X-IMAP", "X-IMAPbase", "Content-Length", "Lines"];

    /// <summary>Whether a header line begins one of these fields.</summary>
    public static bool IsOne(ReadOnlySpan<byte> line)
    {
        if ((line[0] | 0x20) is not ('s' or 'x' or 'c' or 'l'))
            return false;
        var colon = line.IndexOf((byte)':');
        if (colon < 0)
            return false;
        var name = line[..colon].TrimEnd(" \t"u8);
        foreach (var known in Names)
        {
            if (Ascii.EqualsIgnoreCase(name, known))
                return true;
        }

        return false;
    }

    /// <summary>
    /// The ranges of a message's content that make up what we delivered: the fields that were added are left out.
    /// Null if there is no way to get the octets back. Length and checksum prove that there was.
    /// </summary>
    /// <param name="file">The mailbox file.</param>
    /// <param name="found">The message as it is now.</param>
    /// <param name="known">The message as we delivered it.</param>
    public static List<(long Start, long Length)>? Restore(
        DiskFile file, in StoredMessage found, in StoredMessage known)
    {
        if (found.HeaderLength > MaxHeaderLength)
            return null;
        var header = new byte[found.HeaderLength];
        if (file.Read(header, found.ContentOffset) != header.Length)
            return null;
        var fields = Find(header);
        if (fields.Count > MaxTried)
            return null;
        // All of them first: that is what a mail program leaves behind.
        for (var kept = 0; kept < 1 << fields.Count; kept++)
        {
            var ranges = Without(fields, kept, found);
            if (IsKnown(file, ranges, known))
                return ranges;
        }

        return null;
    }

    /// <summary>The text of a field, or null if there is none.</summary>
    public static string? Value(ReadOnlySpan<byte> header, string name)
    {
        foreach (var (start, length) in Find(header))
        {
            var field = Encoding.Latin1.GetString(header.Slice(start, length));
            var colon = field.IndexOf(':', StringComparison.Ordinal);
            if (field[..colon].TrimEnd().Equals(name, StringComparison.OrdinalIgnoreCase))
                return field[(colon + 1)..].Trim();
        }

        return null;
    }

    private static List<(int Start, int Length)> Find(ReadOnlySpan<byte> header)
    {
        List<(int Start, int Length)> fields = [];
        var (at, isInField) = (0, false);
        while (at < header.Length)
        {
            var end = header[at..].IndexOf((byte)'\n');
            var line = end < 0 ? header[at..] : header.Slice(at, end + 1);
            if (line[0] is not ((byte)' ' or (byte)'\t'))
            {
                isInField = IsOne(line);
                if (isInField)
                    fields.Add((at, 0));
            }

            if (isInField)
                fields[^1] = (fields[^1].Start, at + line.Length - fields[^1].Start);
            at += line.Length;
        }

        return fields;
    }

    private static List<(long Start, long Length)> Without(
        List<(int Start, int Length)> fields, int kept, in StoredMessage found)
    {
        List<(long Start, long Length)> ranges = [];
        var at = 0L;
        for (var i = 0; i < fields.Count; i++)
        {
            if ((kept & (1 << i)) != 0)
                continue;
            if (fields[i].Start > at)
                ranges.Add((found.ContentOffset + at, fields[i].Start - at));
            at = fields[i].Start + fields[i].Length;
        }

        if (found.Length > at)
            ranges.Add((found.ContentOffset + at, found.Length - at));
        return ranges;
    }

    /// <summary>Programs add or take line ends at the very end, which is no change of the message.</summary>
    private static bool IsKnown(DiskFile file, List<(long Start, long Length)> ranges, in StoredMessage known)
    {
        var surplus = ranges.Sum(range => range.Length) - known.Length;
        if (surplus is < 0 or > 2)
            return false;
        if (surplus > 0)
            ranges[^1] = (ranges[^1].Start, ranges[^1].Length - surplus);
        var (reader, checksum) = (new EntryReader(file), 0u);
        foreach (var (start, length) in ranges)
            reader.ForEach(start, start + length, piece => checksum = Crc32C.Append(checksum, piece));
        return checksum == known.ContentChecksum;
    }
}
