using System.Collections.Immutable;

namespace ActorMail.Actors.Mailboxes;

/// <summary>How much mail may be kept: the settings of <c>actormail.quota</c>.</summary>
public sealed record QuotaOptions
{
    /// <summary>Of each mailbox whose account says nothing else, in octets as stored and in messages.</summary>
    public QuotaLimit Account { get; init; }

    public ImmutableArray<DomainQuota> Domains { get; init; } = [];
}
