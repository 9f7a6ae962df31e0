using ActorMail.Storage.Mailboxes;
using Akka.Actor;

namespace ActorMail.Actors.Mailboxes;

/// <summary>A delivery that waits in a mailbox, and who is to hear of it.</summary>
internal sealed record QueuedAppend(MailboxProtocol.ReserveAppend Reserve, IActorRef Sender)
{
    public string Id => Reserve.DeliveryId;

    public void Settle(AppendChange change, MailStore store)
    {
        if (change.IsCommitted)
            Sender.Tell(new MailboxProtocol.AppendCommitted(Reserve.Mailbox, Id, change.Uid));
        else
            Refuse(StoreFailure.OfJournal(store));
    }

    public void Refuse(AppendFault reason) =>
        Sender.Tell(new MailboxProtocol.AppendRefused(Reserve.Mailbox, Id, reason));
}
