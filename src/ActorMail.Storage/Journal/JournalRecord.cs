namespace ActorMail.Storage.Journal;

/// <summary>
/// One record on its way into the journal, and what became of it. The journal knows neither what it says nor to whom.
/// </summary>
public abstract class JournalRecord
{
    /// <summary>The kind, for whoever replays it; numbers are for ever.</summary>
    internal abstract ushort Type { get; }

    /// <summary>Octets of the payload.</summary>
    internal abstract int Length { get; }

    /// <summary>The segment that holds the record once it is durable.</summary>
    internal JournalSegment? Segment { get; private set; }

    internal ulong Lsn { get; private set; }

    /// <summary>
    /// It was written and could not be flushed, and the disk did not take the note either that it does not count:
    /// whether it is in the journal is open until that note is made.
    /// </summary>
    public bool IsInDoubt { get; internal set; }

    /// <summary>Whether the record may still be written; asked once, right before it is.</summary>
    internal abstract bool TryBegin();

    /// <summary>Writes the payload; an <see cref="IOException"/> if its source cannot be read.</summary>
    internal abstract void CopyTo(Span<byte> payload);

    /// <summary>Tells everybody concerned that the record is durable; on the journal's thread.</summary>
    internal abstract void Commit();

    /// <summary>Tells everybody concerned that the record is not in the journal and will never be.</summary>
    internal abstract void Refuse();

    internal void PlaceIn(JournalSegment segment, ulong lsn) => (Segment, Lsn) = (segment, lsn);
}
