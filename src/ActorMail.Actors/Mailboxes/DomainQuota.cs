using ActorMail.Protocols.Mail;

namespace ActorMail.Actors.Mailboxes;

/// <summary>What all mailboxes of a domain may hold together.</summary>
public sealed record DomainQuota(DomainName Domain, QuotaLimit Limit);
