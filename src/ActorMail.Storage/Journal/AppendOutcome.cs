namespace ActorMail.Storage.Journal;

/// <summary>What became of a batch. Who is concerned by a record was told through the record.</summary>
/// <param name="Done">Records from the beginning of the batch that were committed or refused.</param>
/// <param name="Fault">Why the last of them were refused; null if none was.</param>
/// <param name="IsFull">The rest finds no free segment: it is to be tried again after a checkpoint.</param>
/// <param name="IsInDoubt">
/// The disk failed altogether: those that are in doubt (<see cref="JournalRecord.IsInDoubt"/>) are to be given again,
/// first, until their refusal is certain.
/// </param>
public readonly record struct AppendOutcome(int Done, IOException? Fault, bool IsFull, bool IsInDoubt = false);
