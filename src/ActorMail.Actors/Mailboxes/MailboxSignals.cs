using Akka.Actor;

namespace ActorMail.Actors.Mailboxes;

/// <summary>What a mailbox actor says to itself.</summary>
internal static class MailboxSignals
{
    /// <summary>Take all that waits, write it, flush it, answer it.</summary>
    public sealed record Turn : INoSerializationVerificationNeeded
    {
        public static readonly Turn Instance = new();
    }

    /// <summary>Whoever reserved has died: the queue behind it must not wait for ever.</summary>
    public sealed record HoldExpired(string DeliveryId) : INoSerializationVerificationNeeded
    {
        public const string Key = "hold";
    }

    public sealed record IdleCheck : INoSerializationVerificationNeeded
    {
        public static readonly IdleCheck Instance = new();
    }
}
