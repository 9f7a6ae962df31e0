using System.Collections.Immutable;
using System.Diagnostics;
using ActorMail.Actors.Mailboxes;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Mailboxes;
using Akka.Actor;

namespace ActorMail.Bench.Store;

/// <summary>
/// In the place of a POP3 session: locks the mailbox it is given, deletes the messages that are chosen, and tells how
/// long that took from the command to the answer.
/// </summary>
internal sealed class SessionActor(IActorRef mailboxes, Func<MailboxView, ImmutableArray<uint>> choose) : UntypedActor
{
    private IActorRef _asking = ActorRefs.Nobody;
    private long _start;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case MailboxName name:
                _asking = Sender;
                mailboxes.Tell(new MailboxProtocol.LockMailbox(name, LockTerms.Default));
                break;
            case MailboxProtocol.MailboxLocked locked:
                var uids = choose(locked.View);
                _start = Stopwatch.GetTimestamp();
                mailboxes.Tell(new MailboxProtocol.ExpungeAndUnlock(locked.Mailbox, uids));
                break;
            case MailboxProtocol.MailboxUnlocked:
                _asking.Tell(Stopwatch.GetElapsedTime(_start));
                break;
            default:
                _asking.Tell(new Status.Failure(new IOException($"Nothing was deleted: {message}")));
                break;
        }
    }
}
