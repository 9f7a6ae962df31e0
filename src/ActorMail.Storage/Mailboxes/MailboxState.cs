using System.Collections.Immutable;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// What is known of a mailbox: the replay of its log, and what its owner works on. Only durable things get here.
/// </summary>
internal sealed class MailboxState(uint uidValidity, uint uidNext)
{
    private const long LargeDeadLength = 512L * 1024 * 1024;
    private static readonly TimeSpan MaxDeadAge = TimeSpan.FromHours(24);

    public uint UidValidity { get; } = uidValidity;

    public uint UidNext { get; private set; } = uidNext;

    /// <summary>In the order of the file, which is the order of UIDs.</summary>
    public List<MailboxEntry> Entries { get; init; } = [];

    /// <summary>Behind the last entry that is ours, dead ones included.</summary>
    public long End { get; set; }

    /// <summary>Octets of expunged entries that still are in the file.</summary>
    public long DeadLength { get; set; }

    /// <summary>Milliseconds of the oldest expunge whose octets are still there; 0 for none.</summary>
    public long DeadSince { get; set; }

    /// <summary>Of the mailbox file after our last write; null if there was none.</summary>
    public FileStat? Stat { get; set; }

    public long LiveLength => Entries.Sum(entry => entry.Length);

    /// <summary>At least one more than ever, whatever the clock does (RFC 3501 §2.3.1.1).</summary>
    public static uint NextUidValidity(uint previous, DateTimeOffset now) =>
        (uint)Math.Clamp(now.ToUnixTimeSeconds(), previous + 1L, uint.MaxValue);

    public ImmutableArray<StoredMessage> Messages() => [.. Entries.Select(entry => entry.Message)];

    public void Append(IReadOnlyList<MailboxEntry> entries, FileStat? stat)
    {
        Entries.AddRange(entries);
        Stat = stat ?? Stat;
        if (entries.Count == 0)
            return;
        (End, UidNext) = (entries[^1].Message.End, Math.Max(UidNext, entries[^1].Message.Uid + 1));
    }

    /// <summary>Removes what is there of ranges of UIDs, first and last included.</summary>
    public void Expunge(ReadOnlySpan<(uint First, uint Last)> ranges, long milliseconds)
    {
        var (kept, range) = (0, 0);
        for (var i = 0; i < Entries.Count; i++)
        {
            var entry = Entries[i];
            while (range < ranges.Length && ranges[range].Last < entry.Message.Uid)
                range++;
            if (range == ranges.Length || entry.Message.Uid < ranges[range].First)
            {
                Entries[kept++] = entry;
                continue;
            }

            DeadLength += entry.Length;
            DeadSince = DeadSince == 0 ? milliseconds : DeadSince;
        }

        Entries.RemoveRange(kept, Entries.Count - kept);
    }

    /// <summary>Forgets messages that were taken back. Their UIDs are not used again.</summary>
    public void CutTo(long end)
    {
        if (end >= End)
            return;
        Entries.RemoveAll(entry => entry.Message.End > end);
        (End, DeadLength) = (end, Math.Min(DeadLength, end - LiveLength));
    }

    /// <summary>As few ranges as name these messages, and none that is there besides.</summary>
    public List<(uint First, uint Last)> RangesOf(ImmutableArray<uint> uids)
    {
        var wanted = uids.ToHashSet();
        List<(uint First, uint Last)> ranges = [];
        var continues = false;
        foreach (var uid in Entries.Select(entry => entry.Message.Uid))
        {
            var isWanted = wanted.Contains(uid);
            if (isWanted && continues)
                ranges[^1] = (ranges[^1].First, uid);
            else if (isWanted)
                ranges.Add((uid, uid));
            continues = isWanted;
        }

        return ranges;
    }

    /// <summary>Deleted mail must not stay in the file for ever: other programs and people can read it there.</summary>
    public CompactionNeed CompactionNeed(StoreOptions options, long now)
    {
        if (DeadLength == 0)
            return Mailboxes.CompactionNeed.None;
        if (Entries.Count == 0 || LiveLength <= options.CompactAtOnceSize)
            return Mailboxes.CompactionNeed.AtOnce;
        return DeadLength >= End / 4 || DeadLength >= LargeDeadLength
            || TimeSpan.FromMilliseconds(now - DeadSince) > MaxDeadAge
                ? Mailboxes.CompactionNeed.InBackground
                : Mailboxes.CompactionNeed.None;
    }

    /// <summary>The index of a UID, or a negative number.</summary>
    public int IndexOf(uint uid)
    {
        var (low, high) = (0, Entries.Count - 1);
        while (low <= high)
        {
            var middle = low + ((high - low) / 2);
            var found = Entries[middle].Message.Uid;
            if (found == uid)
                return middle;
            (low, high) = found < uid ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }
}
