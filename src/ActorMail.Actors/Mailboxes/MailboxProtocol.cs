using System.Collections.Immutable;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Mailboxes;
using Akka.Actor;

namespace ActorMail.Actors.Mailboxes;

/// <summary>
/// The messages of a mailbox. Every command names its mailbox, so that a parent or a shard region can route it; every
/// answer says what it answers.
/// </summary>
public static class MailboxProtocol
{
    public interface IMailboxCommand : INoSerializationVerificationNeeded
    {
        MailboxName Mailbox { get; }
    }

    /// <summary>
    /// Asks for room for a message. Alone, for its only recipient, it is committed at once and answered by
    /// <see cref="AppendCommitted"/>. As one of several it is answered by <see cref="AppendReserved"/> once its octets
    /// are on the disk, and what comes later waits until <see cref="CommitAppend"/> or <see cref="AbortAppend"/>.
    /// </summary>
    public sealed record ReserveAppend(MailboxName Mailbox, string DeliveryId, MessageDraft Draft, bool IsAlone)
        : IMailboxCommand;

    public sealed record AppendReserved(MailboxName Mailbox, string DeliveryId) : INoSerializationVerificationNeeded;

    public sealed record CommitAppend(MailboxName Mailbox, string DeliveryId) : IMailboxCommand;

    /// <summary>
    /// Takes a reservation back, if it is not committed yet; answered by <see cref="AppendRefused"/>.
    /// </summary>
    public sealed record AbortAppend(MailboxName Mailbox, string DeliveryId) : IMailboxCommand;

    /// <summary>The message is durable and visible.</summary>
    public sealed record AppendCommitted(MailboxName Mailbox, string DeliveryId, uint Uid)
        : INoSerializationVerificationNeeded;

    /// <summary>Nothing of the message is in the mailbox.</summary>
    public sealed record AppendRefused(MailboxName Mailbox, string DeliveryId, AppendFault Reason)
        : INoSerializationVerificationNeeded;

    /// <summary>Takes the exclusive lock for the sender until it unlocks or dies (RFC 1939 §4).</summary>
    public sealed record LockMailbox(MailboxName Mailbox) : IMailboxCommand;

    public sealed record MailboxLocked(MailboxName Mailbox, MailboxView View) : INoSerializationVerificationNeeded;

    public sealed record MailboxBusy(MailboxName Mailbox) : INoSerializationVerificationNeeded;

    /// <summary>The mailbox file cannot be opened or read.</summary>
    public sealed record MailboxUnavailable(MailboxName Mailbox) : INoSerializationVerificationNeeded;

    /// <summary>Asks for a message of the view that the sender's lock gave it.</summary>
    public sealed record FetchMessage(MailboxName Mailbox, uint Uid) : IMailboxCommand;

    /// <summary>The slice is valid until the lock is given back.</summary>
    public sealed record MessageFetched(MailboxName Mailbox, uint Uid, MessageSlice Slice)
        : INoSerializationVerificationNeeded;

    /// <summary>The sender has no lock, or its view no such message.</summary>
    public sealed record MessageNotFetched(MailboxName Mailbox, uint Uid) : INoSerializationVerificationNeeded;

    /// <summary>Deletes these messages of the sender's view, durably, then gives the lock back in any case.</summary>
    public sealed record ExpungeAndUnlock(MailboxName Mailbox, ImmutableArray<uint> Uids) : IMailboxCommand;

    public sealed record MailboxUnlocked(MailboxName Mailbox) : INoSerializationVerificationNeeded;

    /// <summary>The lock is given back, and none of the messages was deleted (RFC 1939 §6).</summary>
    public sealed record ExpungeFailed(MailboxName Mailbox) : INoSerializationVerificationNeeded;

    /// <summary>A mailbox with nothing to do asks its parent to let it go.</summary>
    public sealed record Passivate : INoSerializationVerificationNeeded
    {
        public static readonly Passivate Instance = new();
    }
}
