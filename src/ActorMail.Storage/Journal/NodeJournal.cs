using System.Buffers.Binary;
using System.Security.Cryptography;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Journal;

/// <summary>
/// The redo journal of one node: a ring of prewritten segments, written by one thread. A batch of records is one write
/// and one flush (group commit), and only then is anything acknowledged. After a flush that failed the segment is given
/// up: its header tells from then on which record was the last durable one, so that what was refused can never come
/// back.
/// <see cref="Append"/> is for one thread; the rest may be called by any.
/// </summary>
internal sealed class NodeJournal : IDisposable
{
    private readonly IDisk _disk;
    private readonly JournalOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly List<JournalSegment> _ring;
    private readonly List<JournalRecord> _staged = [];
    private readonly JournalStage _stage = new();
    private JournalSegment? _current;

    /// <summary>Its last flush failed, and it does not say yet what of it counts.</summary>
    private JournalSegment? _broken;
    private ulong _sequence;
    private ulong _checkpointed;
    private ulong _checkpointedLsn;
    private ulong _durableLsn;

    private NodeJournal(
        IDisk disk, JournalOptions options, TimeProvider time, List<JournalSegment> ring, ulong sequence, ulong lsn)
    {
        (_disk, _options, _time, _ring) = (disk, options, time, ring);
        (_sequence, _checkpointed, _checkpointedLsn, _durableLsn) = (sequence, sequence, lsn, lsn);
    }

    /// <summary>How much of the ring holds records that are not checkpointed yet; from 0 to 1.</summary>
    public double BusyShare
    {
        get
        {
            lock (_lock)
                return (double)_ring.Count(segment => !segment.IsFree) / _ring.Count;
        }
    }

    /// <summary>Whether anything was written that a start would have to replay.</summary>
    public bool HasRecords
    {
        get
        {
            lock (_lock)
                return _ring.Exists(segment => !segment.IsFree && segment.LastLsn > segment.Header!.PreviousLsn);
        }
    }

    /// <summary>
    /// Goes on behind a journal whose records are all in the mailbox files, and on stable storage there. Durable when
    /// this returns: the next start replays none of them.
    /// </summary>
    public static NodeJournal Start(
        IDisk disk, string folder, JournalImage image, JournalOptions options, TimeProvider time)
    {
        List<JournalSegment> ring = [.. image.All];
        try
        {
            for (var index = 0; ring.Count < options.Segments; index++)
            {
                var path = JournalImage.PathOf(folder, index);
                if (!ring.Exists(segment => segment.Path == path))
                    ring.Add(JournalSegment.Create(disk, path, options.SegmentSize));
            }

            disk.FlushFolder(folder);
            foreach (var segment in ring.Where(segment => segment.Size < options.SegmentSize))
                segment.Enlarge(options.SegmentSize);
            var journal = new NodeJournal(disk, options, time, ring, image.LastSequence, image.LastLsn);
            journal.OpenNext();
            return journal;
        }
        catch
        {
            ring.ForEach(segment => segment.Dispose());
            throw;
        }
    }

    /// <summary>
    /// Writes records in their order and flushes them together; tells each record what became of it.
    /// </summary>
    public AppendOutcome Append(IReadOnlyList<JournalRecord> records)
    {
        var done = 0;
        try
        {
            Seal();
            for (; done < records.Count && records[done].IsInDoubt; done++)
                RefuseForGood(records[done]);
            if (_current is null && !OpenNext())
                return new AppendOutcome(done, null, IsFull: true);
            foreach (var record in records.Skip(done))
            {
                if (!Fits(record))
                {
                    Commit();
                    if (SizeOf(record) > Room(_options.MaxSegmentSize))
                        throw new IOException("A record is longer than a segment of the journal.");
                    if (!OpenNext(SizeOf(record)))
                        return new AppendOutcome(done, null, IsFull: true);
                }

                done++;
                Stage(record);
            }

            Commit();
            return new AppendOutcome(done, null, IsFull: false);
        }
        catch (IOException fault)
        {
            return Fail(records, done, fault);
        }
        catch (Exception fault) when (fault is InvalidOperationException or OutOfMemoryException)
        {
            // Whatever it was, half a batch must not become a part of the next one.
            return Fail(records, done, new IOException(fault.Message, fault));
        }
    }

    /// <summary>
    /// Leaves the segment in use, so that a checkpoint may free it. False if there is no other, or nothing in it.
    /// </summary>
    public bool Roll() => _current is not null && _current.LastLsn > _current.Header!.PreviousLsn && OpenNext();

    /// <summary>
    /// The segments whose records are all in the mailbox files, from the oldest one on without a gap; not the one in
    /// use. Once those files are flushed they may be freed.
    /// </summary>
    public IReadOnlyList<JournalSegment> Applied()
    {
        lock (_lock)
        {
            return [.. Busy().TakeWhile(segment => segment != _current && segment.Unapplied == 0)];
        }
    }

    public void Free(IReadOnlyList<JournalSegment> segments)
    {
        lock (_lock)
        {
            foreach (var segment in segments)
            {
                segment.IsFree = true;
                _checkpointed = Math.Max(_checkpointed, segment.Header!.Sequence);
                _checkpointedLsn = Math.Max(_checkpointedLsn, segment.LastLsn);
            }
        }
    }

    /// <summary>
    /// Makes free segments longer when the ring was filled fast. Not by the journal's thread: writing zeros takes time.
    /// </summary>
    /// <param name="hasRoom">Whether the volume can take so many octets more: mail comes first.</param>
    public void GrowIfFilledFast(Func<long, bool> hasRoom)
    {
        List<JournalSegment> free;
        lock (_lock)
        {
            var oldest = _ring.Where(segment => segment.Header is not null).MinBy(segment => segment.OpenedAt);
            if (oldest is null || _ring.Any(segment => segment.Header is null || segment.OpenedAt == 0)
                || _time.GetElapsedTime(oldest.OpenedAt) > _options.GrowsWithin)
            {
                return;
            }

            free = [.. _ring.Where(it => it.IsFree && it.Size < _options.MaxSegmentSize)];
            if (!hasRoom(free.Sum(segment => GrownSize(segment) - segment.Size)))
                return;
            free.ForEach(segment => segment.IsGrowing = true);
        }

        try
        {
            free.ForEach(segment => segment.Enlarge(GrownSize(segment)));
        }
        finally
        {
            lock (_lock)
                free.ForEach(segment => segment.IsGrowing = false);
        }
    }

    /// <summary>Every durable record of the segments that are not free, oldest first.</summary>
    public void ReadBack(Action<RecordImage> action)
    {
        List<(JournalSegment Segment, long End, ulong Last)> busy;
        lock (_lock)
            busy = [.. Busy().Select(segment => (segment, segment.End, segment.LastLsn))];
        foreach (var (segment, end, last) in busy)
            JournalImage.ReplaySegment(segment, end, last, action);
    }

    /// <summary>
    /// Says in a new segment that everything before it is checkpointed. Nothing may be appended after.
    /// </summary>
    public void Close() => OpenNext();

    public void Dispose()
    {
        _ring.ForEach(segment => segment.Dispose());
        _stage.Dispose();
    }

    private long GrownSize(JournalSegment segment) => Math.Min(segment.Size * 2, _options.MaxSegmentSize);

    private static long SizeOf(JournalRecord record) => JournalFormat.SizeOf(record.Length);

    private static long Room(long segmentSize) => segmentSize - JournalFormat.RecordsStart;

    private IEnumerable<JournalSegment> Busy() => _ring
        .Where(segment => !segment.IsFree && segment.Header is not null)
        .OrderBy(segment => segment.Header!.Sequence);

    private bool Fits(JournalRecord record) => _current!.End + _stage.Length + SizeOf(record) <= _current.Size;

    private void Stage(JournalRecord record)
    {
        if (!record.TryBegin())
        {
            record.Refuse();
            return;
        }

        _staged.Add(record);
        var size = (int)SizeOf(record);
        if (!_stage.HasRoom(size))
            WriteOut();
        var octets = _stage.Take(size);
        record.CopyTo(octets.Slice(JournalFormat.RecordHeaderLength, record.Length));
        var lsn = _durableLsn + (ulong)_staged.Count;
        JournalFormat.Seal(octets, record.Length, record.Type, lsn, _current!.Header!.Salt);
        record.PlaceIn(_current, lsn);
    }

    /// <summary>A batch longer than the stage may become is written in parts, and still flushed once.</summary>
    private void WriteOut()
    {
        if (_stage.Length == 0)
            return;
        _current!.Write(_stage.Octets);
        lock (_lock)
            _current.End += _stage.Length;
        _stage.Clear();
    }

    private void Commit()
    {
        if (_staged.Count == 0)
            return;
        WriteOut();
        _current!.Flush();
        lock (_lock)
        {
            _durableLsn += (ulong)_staged.Count;
            _current.LastLsn = _durableLsn;
        }

        foreach (var record in _staged)
            record.Commit();
        _staged.Clear();
    }

    /// <summary>
    /// Nothing of the batch counts, whatever of it is on the disk: the segment says so, before anybody hears that his
    /// change was refused. Until it does, nobody hears anything.
    /// </summary>
    private AppendOutcome Fail(IReadOnlyList<JournalRecord> records, int done, IOException fault)
    {
        if (_staged.Count > 0)
            _broken = _current;
        _stage.Clear();
        _current = null;
        try
        {
            Seal();
        }
        catch (IOException again)
        {
            fault = again;
        }

        var isSealed = _broken is null;
        if (!isSealed)
            _staged.ForEach(record => record.IsInDoubt = true);
        if (isSealed || !records.Any(record => record.IsInDoubt))
        {
            _staged.ForEach(RefuseForGood);
            _staged.Clear();
            foreach (var record in records.Skip(done))
                RefuseForGood(record);
            return new AppendOutcome(records.Count, fault, IsFull: false);
        }

        _staged.Clear();
        var settled = records.TakeWhile(record => !record.IsInDoubt).Count();
        return new AppendOutcome(settled, fault, IsFull: false, IsInDoubt: true);
    }

    /// <summary>
    /// Notes the last durable record in the segment whose flush failed. That takes no room: who waits for the refusal
    /// may be the one whom a full ring waits for.
    /// </summary>
    private void Seal()
    {
        if (_broken is null)
            return;
        SegmentHeader header;
        lock (_lock)
        {
            header = _broken.Header! with
            {
                Sequence = ++_sequence,
                LastLsn = _durableLsn,
                CheckpointedSequence = _checkpointed,
                CheckpointedLsn = _checkpointedLsn,
            };
        }

        _broken.Seal(header);
        lock (_lock)
        {
            // A checkpoint may have freed it meanwhile, under the number that it had before.
            if (_broken.IsFree)
                _checkpointed = Math.Max(_checkpointed, header.Sequence);
        }

        _broken = null;
    }

    private static void RefuseForGood(JournalRecord record)
    {
        record.IsInDoubt = false;
        record.Refuse();
    }

    /// <summary>Begins the next free segment that takes a record; false if there is none.</summary>
    private bool OpenNext(long record = 0)
    {
        JournalSegment? next;
        SegmentHeader header;
        lock (_lock)
        {
            var free = _ring.FindAll(it => it.IsFree && !it.IsGrowing);
            next = free.FindAll(it => Room(it.Size) >= record).MinBy(it => it.Header?.Sequence ?? 0)
                ?? free.FirstOrDefault();
            if (next is null)
                return false;
            next.IsFree = false;
            var salt = BinaryPrimitives.ReadUInt32LittleEndian(RandomNumberGenerator.GetBytes(4));
            header = new SegmentHeader(
                ++_sequence, _durableLsn, ulong.MaxValue, _checkpointed, _checkpointedLsn, salt);
        }

        try
        {
            if (Room(next.Size) < record)
                next.Enlarge(record + JournalFormat.RecordsStart);
            next.Begin(header, _time.GetTimestamp());
            lock (_lock)
                _current = next;
            return true;
        }
        catch
        {
            // The header may be on the disk or not. So its number is not used again, and nothing may be added to the
            // segment before it any more, whose end it tells.
            lock (_lock)
                (next.IsFree, _current) = (true, null);
            throw;
        }
    }
}
