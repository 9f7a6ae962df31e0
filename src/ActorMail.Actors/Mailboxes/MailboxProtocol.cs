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
    /// Asks for room for a message. Alone, for its only recipient, it goes into the journal at once and is answered by
    /// <see cref="AppendCommitted"/>. As one of several it is answered by <see cref="AppendReserved"/>, and what comes
    /// later waits until the journal has settled the whole, or <see cref="AbortAppend"/>.
    /// </summary>
    public sealed record ReserveAppend(MailboxName Mailbox, string DeliveryId, MessageDraft Draft, bool IsAlone)
        : IMailboxCommand;

    /// <summary>
    /// The message has its place; <paramref name="Change"/> is for the record that binds all of them.
    /// </summary>
    public sealed record AppendReserved(MailboxName Mailbox, string DeliveryId, AppendChange Change)
        : INoSerializationVerificationNeeded;

    /// <summary>
    /// Takes a reservation back; answered by <see cref="AppendRefused"/>, unless the journal has it already: then by
    /// what becomes of it.
    /// </summary>
    public sealed record AbortAppend(MailboxName Mailbox, string DeliveryId) : IMailboxCommand;

    /// <summary>The journal has settled changes of this mailbox.</summary>
    public sealed record ChangesSettled(MailboxName Mailbox) : IMailboxCommand;

    /// <summary>The index file could not be flushed: only a new one can be trusted.</summary>
    public sealed record RenewIndex(MailboxName Mailbox) : IMailboxCommand;

    /// <summary>The message is durable and visible.</summary>
    public sealed record AppendCommitted(MailboxName Mailbox, string DeliveryId, uint Uid)
        : INoSerializationVerificationNeeded;

    /// <summary>Nothing of the message is in the mailbox.</summary>
    public sealed record AppendRefused(MailboxName Mailbox, string DeliveryId, AppendFault Reason)
        : INoSerializationVerificationNeeded;

    /// <summary>
    /// Takes the exclusive lock for the sender until it unlocks or dies (RFC 1939 §4): <see cref="MailboxLocked"/>,
    /// <see cref="MailboxBusy"/>, <see cref="MailboxUsedLately"/> or <see cref="MailboxUnavailable"/>.
    /// </summary>
    public sealed record LockMailbox(MailboxName Mailbox, LockTerms Terms) : IMailboxCommand;

    public sealed record MailboxLocked(MailboxName Mailbox, MailboxView View) : INoSerializationVerificationNeeded;

    /// <summary>Another has the lock, and kept it for as long as the sender would wait.</summary>
    public sealed record MailboxBusy(MailboxName Mailbox) : INoSerializationVerificationNeeded;

    /// <summary>The last lock was given too short a time ago (RFC 2449 §6.5).</summary>
    public sealed record MailboxUsedLately(MailboxName Mailbox, TimeSpan Remaining)
        : INoSerializationVerificationNeeded;

    /// <summary>The mailbox file cannot be opened or read.</summary>
    public sealed record MailboxUnavailable(MailboxName Mailbox) : INoSerializationVerificationNeeded;

    /// <summary>
    /// Asks for a message of the view that the sender's lock gave it, and for some of those behind it: who wants one
    /// mostly wants the next, and to ask for each costs more than to read it.
    /// </summary>
    /// <param name="Ahead">How many behind it; zero for none.</param>
    /// <param name="MaxAheadLength">The first of them that is longer ends them.</param>
    public sealed record FetchMessage(MailboxName Mailbox, uint Uid, int Ahead = 0, int MaxAheadLength = 0)
        : IMailboxCommand;

    /// <summary>The slices are valid until the lock is given back.</summary>
    /// <param name="Ahead">
    /// Those behind it, in their order. Whether another program has written over them is not known: their reader
    /// looks (<see cref="MessageSlice.Checksum"/>), and asks for the message itself if so.
    /// </param>
    public sealed record MessageFetched(
        MailboxName Mailbox, uint Uid, MessageSlice Slice, ImmutableArray<MessageSlice> Ahead)
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
