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
        /// The mailboxes of each recipient, where every recipient has a reply of its own (LMTP, RFC 2033 §4.2): those
        /// whose mailboxes can all take their copy get the message, whatever becomes of the others, and no mailbox has
        /// one for those alone who do not. Those that do are one record of the journal all the same. Empty: all or
        /// none.
        /// </summary>
        public ImmutableArray<ImmutableArray<MailboxName>> Groups { get; init; } = [];
    }

    /// <summary>Every copy is on stable storage, but for those that were refused where there are groups.</summary>
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
