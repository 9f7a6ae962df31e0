using System.Collections.Immutable;

namespace ActorMail.Storage.Mailboxes.Transfer;

/// <summary>What was exported.</summary>
/// <param name="Octets">Of all files that were written.</param>
/// <param name="Damaged">
/// UIDs of messages whose octets are not those that were stored; they were exported as they are.
/// </param>
public sealed record ExportOutcome(int Messages, long Octets, ImmutableArray<uint> Damaged);
