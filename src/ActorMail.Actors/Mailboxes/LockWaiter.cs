using Akka.Actor;

namespace ActorMail.Actors.Mailboxes;

/// <summary>A session that waits for the lock of another.</summary>
internal sealed record LockWaiter(IActorRef Session, LockTerms Terms);
