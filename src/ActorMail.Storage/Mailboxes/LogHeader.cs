namespace ActorMail.Storage.Mailboxes;

/// <summary>What the head of a sidecar log says: the numbers it begins with.</summary>
internal readonly record struct LogHeader(
    ulong SnapshotId, uint Generation, ulong Modseq, uint UidValidity, uint UidNext);
