namespace ActorMail.Actors.Mailboxes;

/// <summary>How mailbox actors live: the part of <c>actormail.store</c> that is not about files.</summary>
public sealed record MailboxOptions
{
    /// <summary>An idle mailbox actor stops after this time; its file stays.</summary>
    public TimeSpan PassivateAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Deliveries that wait in one mailbox; the next is refused with 452.</summary>
    public int MaxPendingDeliveries { get; init; } = 5_000;

    /// <summary>For a mailbox to answer the delivery coordinator, which then gives the delivery up.</summary>
    public TimeSpan DeliveryTimeout { get; init; } = TimeSpan.FromSeconds(45);
}
