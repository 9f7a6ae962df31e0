using ActorMail.Storage.Mailboxes;
using Akka.Actor;

namespace ActorMail.Actors.Mailboxes;

/// <summary>How changes of mailboxes get into the journal of the node.</summary>
public static class JournalProtocol
{
    /// <summary>
    /// Puts a record into the journal. The mailboxes concerned hear of it by
    /// <see cref="MailboxProtocol.ChangesSettled"/>, whether it is durable or was refused.
    /// </summary>
    /// <param name="Record">The record.</param>
    /// <param name="Mailboxes">Routes commands to mailboxes.</param>
    public sealed record Append(MailboxRecord Record, IActorRef Mailboxes) : INoSerializationVerificationNeeded;
}
