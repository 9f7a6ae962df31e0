using System.Collections.Immutable;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Addresses;

namespace ActorMail.Actors.Mailboxes;

/// <summary>Whose mail is ours.</summary>
public sealed record RecipientOptions
{
    /// <summary>
    /// Domains that we take mail for, each as <see cref="DomainName.Value"/>; <c>*</c> alone for every domain.
    /// </summary>
    public ImmutableArray<string> Domains { get; init; } = ["*"];

    /// <summary>The domain of <c>&lt;postmaster&gt;</c> (RFC 5321 §4.5.1).</summary>
    public required string DefaultDomain { get; init; }

    /// <summary>The course's profile: <c>&lt;bob&gt;</c> is the mailbox <c>bob</c>.</summary>
    public bool IsBasic { get; init; }

    /// <summary>Aliases, and what else leads to a mailbox; whose domains are ours is said here, not there.</summary>
    public AddressOptions Addresses { get; init; } = new();

    /// <summary>
    /// The accounts that a recipient must be one of; null where every address has a mailbox (open mode).
    /// </summary>
    public string? AccountsFile { get; init; }

    /// <summary>All that an address book is made of.</summary>
    public AddressOptions ToAddressOptions() =>
        Addresses with { Domains = Domains, DefaultDomain = DefaultDomain, IsBasic = IsBasic };
}
