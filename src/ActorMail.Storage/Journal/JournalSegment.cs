using ActorMail.Storage.Files;

namespace ActorMail.Storage.Journal;

/// <summary>
/// One file of the ring, and what it is used for now. It is free, or holds records, and of those some are not yet in
/// the mailbox files. Written by the journal's thread; other threads only report what they applied.
/// </summary>
internal sealed class JournalSegment(DiskFile file, string path, long size) : IDisposable
{
    private const int ZeroOctets = 1024 * 1024;

    private int _unapplied;

    /// <summary>Which of the two places holds the header in force.</summary>
    private int _place;

    public string Path { get; } = path;

    public long Size { get; private set; } = size;

    /// <summary>Null in a segment that was never used.</summary>
    public SegmentHeader? Header { get; private set; }

    /// <summary>One of its two headers is there and cannot be read.</summary>
    public bool HasBrokenHeader { get; private set; }

    public bool IsFree { get; set; } = true;

    /// <summary>Being made longer: nobody may begin to write there.</summary>
    public bool IsGrowing { get; set; }

    /// <summary>Behind the last record that was written; octets.</summary>
    public long End { get; set; }

    /// <summary>The last durable record.</summary>
    public ulong LastLsn { get; set; }

    /// <summary>When its first record was written, by the clock of the store.</summary>
    public long OpenedAt { get; set; }

    /// <summary>Records, once for each mailbox, whose octets are not in the mailbox files yet.</summary>
    public int Unapplied => Volatile.Read(ref _unapplied);

    public static JournalSegment Create(IDisk disk, string path, long size)
    {
        var segment = new JournalSegment(disk.Open(path, DiskAccess.CreateNew), path, 0);
        try
        {
            segment.Enlarge(size);
            return segment;
        }
        catch (IOException)
        {
            segment.Dispose();
            disk.Delete(path);
            throw;
        }
    }

    /// <summary>A file of the ring as an earlier process left it.</summary>
    public static JournalSegment Load(IDisk disk, string path, DiskAccess access = DiskAccess.ReadWrite)
    {
        var file = disk.Open(path, access);
        try
        {
            var segment = new JournalSegment(file, path, file.Stat().Size);
            var octets = new byte[JournalFormat.RecordsStart];
            var count = file.Read(octets, 0);
            for (var place = 0; place < 2; place++)
            {
                var from = place * JournalFormat.HeaderLength;
                var header = from < count ? JournalFormat.ReadHeader(octets.AsSpan(from, count - from)) : null;
                var there = from < count ? octets.AsSpan(from, Math.Min(JournalFormat.HeaderLength, count - from)) : [];
                segment.HasBrokenHeader |= header is null && there.ContainsAnyExcept((byte)0);
                if (header is not null && header.Sequence > (segment.Header?.Sequence ?? 0))
                    (segment.Header, segment._place) = (header, place);
            }

            return segment;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Begins a new use; durable when this returns, so that a record never stands behind the wrong header.
    /// </summary>
    public void Begin(SegmentHeader header, long now)
    {
        WriteHeader(header);
        (IsFree, End, LastLsn, OpenedAt) = (false, JournalFormat.RecordsStart, header.PreviousLsn, now);
    }

    /// <summary>Says how much of it counts; durable when this returns.</summary>
    public void Seal(SegmentHeader header) => WriteHeader(header);

    public void Write(ReadOnlySpan<byte> records) => file.Write(records, End);

    public void Flush() => file.Flush();

    /// <summary>Headers and records, up to a length, are written once more and flushed.</summary>
    public void WriteAgain(long length) => file.WriteAgain(length);

    /// <summary>
    /// Writes zeros and flushes: a flush of octets that are there costs no change of the file's metadata.
    /// </summary>
    public void Enlarge(long size)
    {
        var zeros = new byte[Math.Min(ZeroOctets, size - Size)];
        try
        {
            for (var at = Size; at < size; at += zeros.Length)
                file.Write(zeros.AsSpan(0, (int)Math.Min(zeros.Length, size - at)), at);
            file.Flush();
        }
        catch (StoreFullException)
        {
            // The room that there was is wanted elsewhere.
            file.Truncate(Size);
            throw;
        }

        Size = size;
    }

    /// <summary>All octets from the first record on, or up to a known end.</summary>
    public byte[] ReadRecords(long end)
    {
        var octets = new byte[Math.Max(0, end - JournalFormat.RecordsStart)];
        var count = file.Read(octets, JournalFormat.RecordsStart);
        return count == octets.Length ? octets : octets[..count];
    }

    public void AddUnapplied() => Interlocked.Increment(ref _unapplied);

    public void Applied() => Interlocked.Decrement(ref _unapplied);

    public void Dispose() => file.Dispose();

    private void WriteHeader(SegmentHeader header)
    {
        var place = Header is null ? 0 : 1 - _place;
        file.Write(JournalFormat.Header(header), place * JournalFormat.HeaderLength);
        file.Flush();
        (Header, _place) = (header, place);
    }
}
