namespace ActorMail.Storage.Journal;

/// <summary>A record as it was found in a segment.</summary>
internal readonly record struct RecordImage(ushort Type, ulong Lsn, ReadOnlyMemory<byte> Payload);
