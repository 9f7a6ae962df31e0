namespace ActorMail.Actors.Mailboxes;

/// <summary>What a mailbox, or all of a domain together, may hold; 0 for no limit.</summary>
public readonly record struct QuotaLimit(long Octets, long Messages)
{
    public bool IsNone => this is (0, 0);
}
