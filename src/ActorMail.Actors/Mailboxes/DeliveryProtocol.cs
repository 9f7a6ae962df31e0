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
        : INoSerializationVerificationNeeded;

    /// <summary>Every copy is on stable storage.</summary>
    public sealed record MessageDelivered(string Id) : INoSerializationVerificationNeeded;

    /// <summary>There is no copy that we answer for; <paramref name="Mailbox"/> is the one that refused.</summary>
    public sealed record DeliveryFailed(string Id, MailboxName Mailbox, AppendFault Reason)
        : INoSerializationVerificationNeeded;
}
