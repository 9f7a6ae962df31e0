using System.Globalization;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Journal;

/// <summary>
/// The ring as an earlier process left it, and the way through its records. A record counts if its checksum, salted by
/// its segment, is right, its LSN is the next one, and neither its segment nor the one behind it says that it was given
/// up.
/// </summary>
internal sealed class JournalImage : IDisposable
{
    private readonly List<JournalSegment> _pending;
    private readonly JournalSegment? _last;
    private readonly ulong _checkpointedLsn;

    private JournalImage(IReadOnlyList<JournalSegment> all)
    {
        var used = all.Where(segment => segment.Header is not null)
            .OrderBy(segment => segment.Header!.Sequence).ToList();
        _last = used.Count == 0 ? null : used[^1];
        _pending = used.FindAll(segment => segment.Header!.Sequence > _last!.Header!.CheckpointedSequence);
        (All, _checkpointedLsn) = (all, _last?.Header!.CheckpointedLsn ?? 0);
    }

    public IReadOnlyList<JournalSegment> All { get; }

    /// <summary>What an operator must know: parts of the journal that should be there and cannot be read.</summary>
    public IReadOnlyList<string> Faults { get; private set; } = [];

    public ulong LastSequence => _last?.Header!.Sequence ?? 0;

    /// <summary>Of the last record that <see cref="Replay"/> found.</summary>
    public ulong LastLsn { get; private set; }

    public static string PathOf(string folder, int index) =>
        Path.Join(folder, string.Create(CultureInfo.InvariantCulture, $"seg{index}"));

    /// <summary>
    /// Opens the ring. Everything is flushed before anything is believed (R1): after a kill the records may be in the
    /// memory of the machine only, and what is replayed from there must not outlive them. The last segment is written
    /// again first: its flush may have been what failed last (R2).
    /// </summary>
    public static JournalImage Load(IDisk disk, string folder)
    {
        var image = Look(disk, folder, DiskAccess.ReadWrite);
        try
        {
            foreach (var segment in image.All)
            {
                if (segment == image._last)
                    segment.WriteAgain(LengthOf(segment));
                else
                    segment.Flush();
            }

            return image;
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The ring as it is, for a look from outside: flushes nothing, and ends where a running server is just writing.
    /// </summary>
    public static JournalImage Look(IDisk disk, string folder, DiskAccess access = DiskAccess.Read)
    {
        List<JournalSegment> all = [];
        try
        {
            foreach (var name in disk.List(folder).Where(IsSegment).Order(StringComparer.Ordinal))
                all.Add(JournalSegment.Load(disk, Path.Join(folder, name), access));
            return new JournalImage(all);
        }
        catch
        {
            all.ForEach(segment => segment.Dispose());
            throw;
        }
    }

    /// <summary>Gives every record that needs it, oldest first. May be gone through again.</summary>
    public void Replay(Action<RecordImage> action)
    {
        LastLsn = _checkpointedLsn;
        foreach (var segment in All.Where(segment => segment.HasBrokenHeader))
        {
            AddFault($"A header of {Path.GetFileName(segment.Path)} in the journal cannot be read: half written when "
                + "the machine stopped, or damaged.");
        }

        for (var i = 0; i < _pending.Count; i++)
        {
            var begin = _pending[i].Header!.PreviousLsn;
            if (begin > LastLsn)
                AddFault($"The journal is damaged: records {LastLsn + 1} to {begin} cannot be read.");
            LastLsn = begin;
            var limit = _pending[i].Header!.LastLsn;
            if (i + 1 < _pending.Count)
                limit = Math.Min(limit, _pending[i + 1].Header!.PreviousLsn);
            var rest = ReplaySegment(_pending[i], _pending[i].Size, limit, record =>
            {
                LastLsn = record.Lsn;
                action(record);
            });
            // A hole in front of another segment shows there.
            if (i == _pending.Count - 1 && LastLsn < limit
                && JournalFormat.HasRecordBehind(rest, _pending[i].Header!.Salt, LastLsn + 1))
            {
                AddFault($"Record {LastLsn + 1} of the journal cannot be read, and those behind it are not used: half "
                    + "written when the machine stopped, or damaged.");
            }
        }
    }

    public void Dispose()
    {
        foreach (var segment in All)
            segment.Dispose();
    }

    /// <summary>Gives the records of a segment; returns what is behind the last one.</summary>
    internal static ReadOnlyMemory<byte> ReplaySegment(
        JournalSegment segment, long end, ulong limit, Action<RecordImage> action)
    {
        ReadOnlyMemory<byte> octets = segment.ReadRecords(end);
        var (lsn, header) = (segment.Header!.PreviousLsn + 1, segment.Header);
        while (lsn <= limit && JournalFormat.RecordAt(octets, header.Salt, lsn, out var size) is { } record)
        {
            action(record);
            octets = octets[(int)size..];
            lsn++;
        }

        return octets;
    }

    /// <summary>With all records that it may have.</summary>
    private static long LengthOf(JournalSegment segment)
    {
        var rest = ReplaySegment(segment, segment.Size, ulong.MaxValue, _ => { });
        return segment.Size - rest.Length;
    }

    private static bool IsSegment(string name) => name.StartsWith("seg", StringComparison.Ordinal);

    private void AddFault(string fault)
    {
        if (!Faults.Contains(fault))
            Faults = [.. Faults, fault];
    }
}
