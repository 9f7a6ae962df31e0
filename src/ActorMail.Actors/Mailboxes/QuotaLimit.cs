using ActorMail.Storage.Accounts;

namespace ActorMail.Actors.Mailboxes;

/// <summary>What a mailbox, or all of a domain together, may hold; 0 for no limit.</summary>
public readonly record struct QuotaLimit(long Octets, long Messages)
{
    public bool IsNone => this is (0, 0);

    /// <summary>As an account wants it; what it does not say is as for all.</summary>
    public QuotaLimit With(AccountQuota own) => new(own.Octets ?? Octets, own.Messages ?? Messages);
}
