using System.Collections.Immutable;

namespace ActorMail.Storage.Addresses;

/// <summary>What addresses lead to: the settings of <c>actormail.addresses</c> and of whose domains are ours.</summary>
public sealed record AddressOptions
{
    /// <summary>
    /// Domains that we take mail for, in lower case and with A-labels; <c>*</c> alone for every domain.
    /// </summary>
    public ImmutableArray<string> Domains { get; init; } = ["*"];

    /// <summary>The domain of <c>&lt;postmaster&gt;</c> (RFC 5321 §4.5.1) and of targets without one.</summary>
    public string DefaultDomain { get; init; } = "localhost";

    /// <summary>The course's profile: <c>&lt;bob&gt;</c> is the mailbox <c>bob</c>, whatever the aliases say.</summary>
    public bool IsBasic { get; init; }

    public ImmutableArray<DomainAlias> DomainAliases { get; init; } = [];

    /// <summary>Those of the settings; those of <see cref="AliasFile"/> come after them.</summary>
    public ImmutableArray<AliasEntry> Aliases { get; init; } = [];

    /// <summary>The full path of the table of aliases; null for none.</summary>
    public string? AliasFile { get; init; }

    /// <summary>The table need not be there.</summary>
    public bool IsAliasFileOptional { get; init; } = true;

    /// <summary>Parts a detail from a local part (RFC 5233): <c>bob+news</c> is bob. Empty: nothing does.</summary>
    public string Delimiter { get; init; } = "";

    /// <summary>Mailboxes that one alias may lead to in all, aliases of aliases counted through.</summary>
    public int MaxTargets { get; init; } = 1_000;
}
