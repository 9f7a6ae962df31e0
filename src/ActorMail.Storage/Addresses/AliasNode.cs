using System.Collections.Immutable;
using ActorMail.Protocols.Mail;

namespace ActorMail.Storage.Addresses;

/// <summary>An alias while it is worked out where it ends.</summary>
/// <param name="mailbox">What it is a name of; not used for the catch-all of <paramref name="domain"/>.</param>
/// <param name="isEverywhere">The mailbox is a local part in every domain of ours.</param>
internal sealed class AliasNode(AliasEntry entry, MailboxName mailbox, bool isEverywhere, DomainName? domain)
{
    private readonly HashSet<MailboxName> _known = [];
    private readonly ImmutableArray<AddressTarget>.Builder _reached = ImmutableArray.CreateBuilder<AddressTarget>();

    public AliasEntry Entry { get; } = entry;

    public MailboxName Mailbox { get; } = mailbox;

    public bool IsEverywhere { get; } = isEverywhere;

    public DomainName? Domain { get; } = domain;

    public List<AddressTarget> Targets { get; } = [];

    /// <summary>The target that is followed next.</summary>
    public int Next { get; set; }

    /// <summary>It is on the way that is being followed.</summary>
    public bool IsOpen { get; set; }

    public bool IsDone { get; set; }

    public int ReachedCount => _reached.Count;

    public ImmutableArray<AddressTarget> Reached => _reached.ToImmutable();

    public void Reach(AddressTarget target)
    {
        if (_known.Add(target.Mailbox))
            _reached.Add(target);
    }

    public void ReachAll(AliasNode other)
    {
        foreach (var target in other._reached)
            Reach(target);
    }
}
