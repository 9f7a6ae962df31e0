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
    private readonly IReadOnlyList<JournalSegment> _pending;

    private readonly ulong _checkpointedLsn;

    private JournalImage(
        IReadOnlyList<JournalSegment> all, IReadOnlyList<JournalSegment> pending, ulong checkpointedLsn) =>
        (All, _pending, _checkpointedLsn) = (all, pending, checkpointedLsn);

    public IReadOnlyList<JournalSegment> All { get; }

    /// <summary>What an operator must know: parts of the journal that should be there and cannot be read.</summary>
    public IReadOnlyList<string> Faults { get; private set; } = [];

    public ulong LastSequence => All.Max(segment => segment.Header?.Sequence) ?? 0;

    /// <summary>Of the last record that <see cref="Replay"/> found.</summary>
    public ulong LastLsn { get; private set; }

    public int PendingSegments => _pending.Count;

    public static string PathOf(string folder, int index) =>
        Path.Join(folder, string.Create(CultureInfo.InvariantCulture, $"seg{index}"));

    /// <summary>
    /// Opens the ring. Everything is flushed before anything is believed (R1): after a kill the records may be in the
    /// memory of the machine only, and what is replayed from there must not outlive them.
    /// </summary>
    public static JournalImage Load(IDisk disk, string folder)
    {
        var image = Look(disk, folder, DiskAccess.ReadWrite);
        try
        {
            foreach (var segment in image.All)
                segment.Flush();
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
            var used = all.Where(segment => segment.Header is not null)
                .OrderBy(segment => segment.Header!.Sequence).ToList();
            var last = used.Count == 0 ? null : used[^1].Header;
            return new JournalImage(
                all,
                used.FindAll(segment => segment.Header!.Sequence > last!.CheckpointedSequence),
                last?.CheckpointedLsn ?? 0);
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
            ReplaySegment(_pending[i], _pending[i].Size, limit, record =>
            {
                LastLsn = record.Lsn;
                action(record);
            });
        }
    }

    public void Dispose()
    {
        foreach (var segment in All)
            segment.Dispose();
    }

    internal static void ReplaySegment(JournalSegment segment, long end, ulong limit, Action<RecordImage> action)
    {
        ReadOnlyMemory<byte> octets = segment.ReadRecords(end);
        var (lsn, header) = (segment.Header!.PreviousLsn + 1, segment.Header);
        while (lsn <= limit && JournalFormat.RecordAt(octets, header.Salt, lsn, out var size) is { } record)
        {
            action(record);
            octets = octets[(int)size..];
            lsn++;
        }
    }

    private static bool IsSegment(string name) => name.StartsWith("seg", StringComparison.Ordinal);

    private void AddFault(string fault)
    {
        if (!Faults.Contains(fault))
            Faults = [.. Faults, fault];
    }
}
