using Akka.Actor;

namespace ActorMail.Actors.Mailboxes;

/// <summary>What a mailbox actor says to itself.</summary>
internal static class MailboxSignals
{
    /// <summary>Whoever reserved has died: the queue behind it must not wait for ever.</summary>
    public sealed record HoldExpired(string DeliveryId) : INoSerializationVerificationNeeded
    {
        public const string Key = "hold";
    }

    public sealed record IdleCheck : INoSerializationVerificationNeeded
    {
        public static readonly IdleCheck Instance = new();
    }

    /// <summary>The lock is free for who waits for it.</summary>
    public sealed record LockFreed : INoSerializationVerificationNeeded
    {
        public static readonly LockFreed Instance = new();
    }

    /// <summary>A session has waited for the lock for as long as it would.</summary>
    public sealed record LockWaitOver(LockWaiter Waiter) : INoSerializationVerificationNeeded;

    /// <summary>Try again what could not be written to the mailbox file.</summary>
    public sealed record Retry : INoSerializationVerificationNeeded
    {
        public static readonly Retry Instance = new();
    }
}
