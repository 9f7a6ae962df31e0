using System.Collections.Immutable;

namespace ActorMail.Storage.Mailboxes;

/// <summary>What a mailbox held at one moment: only what is durable, in the order of the file.</summary>
public sealed record MailboxView(uint UidValidity, uint UidNext, ImmutableArray<StoredMessage> Messages);
