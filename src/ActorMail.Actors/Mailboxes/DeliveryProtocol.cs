using System.Collections.Immutable;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Mailboxes;
using Akka.Actor;

namespace ActorMail.Actors.Mailboxes;

/// <summary>
/// How a session hands over a message: one question, one answer. With <see cref="DeliverMessage"/> the body belongs to
/// the coordinator, which lets go of it when the last mailbox is done, also after its session has gone.
/// </summary>
public static class DeliveryProtocol
{
    /// <summary>Puts one copy into each mailbox, into all of them or into none.</summary>
    public sealed record DeliverMessage(string Id, ImmutableArray<MailboxName> Mailboxes, MessageDraft Draft)
        : INoSerializationVerificationNeeded
    {
        /// <summary>Trace fields of copies that differ from the draft's.</summary>
        public ImmutableDictionary<MailboxName, ReadOnlyMemory<byte>> Prefixes { get; init; } =
            ImmutableDictionary<MailboxName, ReadOnlyMemory<byte>>.Empty;

        /// <summary>
        /// The mailboxes that can take their copy get it, whatever becomes of the others: for LMTP, which has a reply
        /// for each (RFC 2033 §4.2). Those that do are one record of the journal all the same.
        /// </summary>
        public bool TakesSome { get; init; }
    }

    /// <summary>Every copy is on stable storage, but for those that were refused where some were asked for.</summary>
    public sealed record MessageDelivered(string Id) : INoSerializationVerificationNeeded
    {
        public ImmutableDictionary<MailboxName, AppendFault> Refused { get; init; } =
            ImmutableDictionary<MailboxName, AppendFault>.Empty;
    }

    /// <summary>There is no copy that we answer for; <paramref name="Mailbox"/> is the one that refused.</summary>
    public sealed record DeliveryFailed(string Id, MailboxName Mailbox, AppendFault Reason)
        : INoSerializationVerificationNeeded
    {
        /// <summary>What the mailboxes said that could have been done without; the others failed as this one.</summary>
        public ImmutableDictionary<MailboxName, AppendFault> Refused { get; init; } =
            ImmutableDictionary<MailboxName, AppendFault>.Empty;
    }
}
