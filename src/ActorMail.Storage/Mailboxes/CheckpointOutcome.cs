using System.Collections.Immutable;
using ActorMail.Protocols.Mail;

namespace ActorMail.Storage.Mailboxes;

/// <summary>How far a checkpoint got.</summary>
/// <param name="IsComplete">Everything is flushed that was written before it began.</param>
/// <param name="Freed">Segments that the journal may use again.</param>
/// <param name="NeedIndex">Mailboxes whose index could not be flushed: only a new one will do.</param>
public readonly record struct CheckpointOutcome(bool IsComplete, int Freed, ImmutableArray<MailboxName> NeedIndex);
