namespace ActorMail.Actors.Hosting;

/// <summary>
/// Keys of the actor registry: who asks for <c>IRequiredActor&lt;MailboxRegion&gt;</c> gets the actor.
/// </summary>
public static class ActorKeys
{
    /// <summary>Routes commands to the actor of their mailbox, be it a child here or a shard somewhere.</summary>
    public sealed record MailboxRegion;

    /// <summary>Puts one message into all of its mailboxes.</summary>
    public sealed record DeliveryCoordinator;

    /// <summary>Makes changes of mailboxes durable.</summary>
    public sealed record Journal;

    /// <summary>Knows who is a recipient.</summary>
    public sealed record RecipientResolver;

    /// <summary>Knows which clients are listed in DNS.</summary>
    public sealed record DnsLists;

    /// <summary>Knows whose password is right.</summary>
    public sealed record Authenticator;
}
