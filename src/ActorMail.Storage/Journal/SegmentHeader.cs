namespace ActorMail.Storage.Journal;

/// <summary>What stands at the beginning of a segment.</summary>
/// <param name="Sequence">Higher than that of every header before it; from 1.</param>
/// <param name="PreviousLsn">
/// The last durable LSN before this segment: records behind it in earlier segments are of a batch that failed.
/// </param>
/// <param name="LastLsn">
/// The last durable LSN of the segment, once a flush of it has failed; before, the highest number there is.
/// </param>
/// <param name="CheckpointedSequence">Segments up to this one need no replay.</param>
/// <param name="CheckpointedLsn">The last record of those segments.</param>
/// <param name="Salt">Another one at each use, so that records of an earlier use are not taken for records.</param>
internal sealed record SegmentHeader(
    ulong Sequence,
    ulong PreviousLsn,
    ulong LastLsn,
    ulong CheckpointedSequence,
    ulong CheckpointedLsn,
    uint Salt);
