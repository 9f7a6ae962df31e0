using System.Collections.Immutable;
using ActorMail.Protocols.Mail;
using Akka.Actor;

namespace ActorMail.Actors.Mailboxes;

/// <summary>Deletions of a session, and who is to hear of them.</summary>
internal sealed record QueuedExpunge(
    MailboxName Mailbox, ImmutableArray<uint> Uids, uint UidValidity, IActorRef Sender)
{
    public void Settle(bool isCommitted) => Sender.Tell(isCommitted
        ? new MailboxProtocol.MailboxUnlocked(Mailbox)
        : new MailboxProtocol.ExpungeFailed(Mailbox));
}
