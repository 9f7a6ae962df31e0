using System.Collections.Immutable;

namespace ActorMail.Storage.Mailboxes;

/// <summary>What a mailbox held at one moment: only what is durable, in the order of UIDs.</summary>
/// <param name="Modseq">The highest one given to a change so far (RFC 7162).</param>
/// <param name="Keywords">The names behind the bits of <see cref="StoredMessage.Keywords"/>.</param>
public sealed record MailboxView(
    uint UidValidity, uint UidNext, ulong Modseq, MessageList Messages, ImmutableArray<string> Keywords);
