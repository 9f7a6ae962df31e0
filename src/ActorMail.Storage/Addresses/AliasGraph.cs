using System.Collections.Immutable;
using ActorMail.Protocols.Mail;

namespace ActorMail.Storage.Addresses;

/// <summary>All aliases by what they are names of. An alias that names itself means its own mailbox.</summary>
internal sealed class AliasGraph
{
    private readonly Dictionary<MailboxName, Alias> _exact = [];
    private readonly Dictionary<MailboxName, Alias> _everywhere = [];
    private readonly Dictionary<string, Alias> _catchAll = [];

    private AliasGraph(IEnumerable<AliasNode> nodes)
    {
        var all = ImmutableArray.CreateBuilder<(string, ImmutableArray<AddressTarget>)>();
        foreach (var node in nodes)
        {
            var alias = new Alias(node.Entry.Name, node.Reached);
            if (node.Domain is { } domain)
                _catchAll.Add(domain.Value, alias);
            else
                (node.IsEverywhere ? _everywhere : _exact).Add(node.Mailbox, alias);
            all.Add((alias.Name, alias.Targets));
        }

        All = all.ToImmutable();
    }

    public int Count => _exact.Count + _everywhere.Count + _catchAll.Count;

    public ImmutableArray<(string Name, ImmutableArray<AddressTarget> Targets)> All { get; }

    /// <summary>With any fault there are no aliases at all: half a table sends mail to the wrong people.</summary>
    public static (AliasGraph Graph, ImmutableArray<AliasFault> Faults) Make(
        AddressOptions options, DomainTable domains, ImmutableArray<AliasEntry> entries)
    {
        var builder = new AliasGraphBuilder(options, domains);
        foreach (var entry in entries)
            builder.Add(entry);
        builder.Flatten();
        return builder.Faults.Count == 0
            ? (new AliasGraph(builder.Nodes), [])
            : (new AliasGraph([]), [.. builder.Faults]);
    }

    /// <summary>The alias of this address, or of its local part in every domain of ours.</summary>
    public Alias? Find(MailAddress address, MailboxName mailbox)
    {
        if (_exact.TryGetValue(mailbox, out var alias))
            return alias;
        return _everywhere.Count > 0 && MailboxName.TryFrom(address with { Domain = "" }, out var local)
            && _everywhere.TryGetValue(local, out alias)
            ? alias
            : null;
    }

    public Alias? FindCatchAll(MailAddress address) =>
        _catchAll.Count > 0 && DomainName.TryFrom(address, out var domain)
            && _catchAll.TryGetValue(domain.Value, out var alias)
            ? alias
            : null;
}
