using System.Globalization;
using ActorMail.Protocols.Mail;

namespace ActorMail.Storage.Addresses;

/// <summary>Reads entries and follows aliases of aliases, without recursion. Notes every fault.</summary>
internal sealed class AliasGraphBuilder(AddressOptions options, DomainTable domains)
{
    private const int MaxShown = 10;

    private readonly List<AliasFault> _faults = [];
    private readonly List<AliasNode> _nodes = [];
    private readonly Dictionary<MailboxName, AliasNode> _exact = [];
    private readonly Dictionary<MailboxName, AliasNode> _everywhere = [];
    private readonly Dictionary<string, AliasNode> _catchAll = [];

    public IReadOnlyList<AliasFault> Faults => _faults;

    public IReadOnlyList<AliasNode> Nodes => _nodes;

    public void Add(AliasEntry entry)
    {
        if ((entry.Name.StartsWith('@') ? MakeCatchAll(entry) : MakeNamed(entry)) is not { } node)
            return;

        foreach (var text in entry.Targets)
        {
            if (TryReadTarget(text, out var target, out var fault))
                node.Targets.Add(target);
            else
                Fault(entry, fault);
        }

        _nodes.Add(node);
    }

    public void Flatten()
    {
        foreach (var node in _nodes)
        {
            if (!node.IsDone)
                Follow(node);
        }
    }

    private AliasNode? MakeCatchAll(AliasEntry entry)
    {
        if (!DomainName.TryParse(entry.Name[1..], out var domain))
            Fault(entry, $"'{entry.Name}' is no domain behind its @");
        else if (IsOurs(entry, domain, "@"))
            return Keep(_catchAll, domain.Value, new AliasNode(entry, default, isEverywhere: false, domain));
        return null;
    }

    private AliasNode? MakeNamed(AliasEntry entry)
    {
        if (!MailAddress.TryParse(entry.Name, out var address))
        {
            Fault(entry, $"'{entry.Name}' is no address");
            return null;
        }

        if (!MailboxName.TryFrom(address, out var mailbox))
        {
            Fault(entry, $"'{entry.Name}' is too long for a mailbox");
            return null;
        }

        if (!DomainName.TryFrom(address, out var domain))
            return Keep(_everywhere, mailbox, new AliasNode(entry, mailbox, isEverywhere: true, domain: null));
        return IsOurs(entry, domain, $"{address with { Domain = "" }}@")
            ? Keep(_exact, mailbox, new AliasNode(entry, mailbox, isEverywhere: false, domain: null))
            : null;
    }

    /// <summary>An alias in a domain that is never looked up under its name would only seem to work.</summary>
    private bool IsOurs(AliasEntry entry, DomainName domain, string local)
    {
        if (domains.TargetOf(domain) is { } target)
            Fault(entry, $"{domain} is another name of {target}: write {local}{target}");
        else if (!domains.IsOwn(domain))
            Fault(entry, $"{entry.Name} is not in a domain that mail is taken for");
        else
            return true;
        return false;
    }

    private AliasNode? Keep<TKey>(Dictionary<TKey, AliasNode> nodes, TKey key, AliasNode node)
        where TKey : notnull
    {
        if (nodes.TryAdd(key, node))
            return node;

        var first = nodes[key].Entry.Where;
        Fault(node.Entry, $"{node.Entry.Name} is there already, in {(first.Length == 0 ? "the settings" : first)}");
        return null;
    }

    private bool TryReadTarget(string text, out AddressTarget target, out string fault)
    {
        (target, fault) = (default, "");
        if (text[0] is '|' or '/' or ':' || text.StartsWith("\"|", StringComparison.Ordinal))
            fault = $"'{text}' is no address: a target is no command, file or list to include";
        else if (!MailAddress.TryParse(text, out var address))
            fault = $"'{text}' is no address";
        else if (!TryPlace(address, out var own))
            fault = $"'{text}' is in no domain that mail is taken for, and mail does not go out yet";
        else if (!MailboxName.TryFrom(own, out var mailbox))
            fault = $"'{text}' is too long for a mailbox";
        else
            target = new AddressTarget(own, mailbox);
        return fault.Length == 0;
    }

    /// <summary>Where a name is a mailbox, it is the same as a target.</summary>
    private bool TryPlace(MailAddress address, out MailAddress own)
    {
        own = address;
        if (options.IsBasic && !address.HasDomain)
            return true;
        if (!domains.TryPlace(address, out var placed))
            return false;
        own = placed;
        return true;
    }

    private void Follow(AliasNode root)
    {
        var path = new List<AliasNode>();
        Open(root);
        while (path.Count > 0)
        {
            var node = path[^1];
            if (node.Next == node.Targets.Count || node.ReachedCount > options.MaxTargets)
                Close(node);
            else if (Find(node.Targets[node.Next]) is { } inner && inner != node)
                Enter(node, inner);
            else
                node.Reach(node.Targets[node.Next++]);
        }

        void Open(AliasNode node)
        {
            node.IsOpen = true;
            path.Add(node);
        }

        void Enter(AliasNode node, AliasNode inner)
        {
            if (!inner.IsDone && !inner.IsOpen)
            {
                Open(inner);
                return;
            }

            if (inner.IsOpen)
                Fault(node.Entry, $"a loop: {Describe(path.SkipWhile(it => it != inner).Append(inner))}");
            node.ReachAll(inner);
            node.Next++;
        }

        void Close(AliasNode node)
        {
            (node.IsOpen, node.IsDone) = (false, true);
            path.RemoveAt(path.Count - 1);
            if (node.ReachedCount > options.MaxTargets)
            {
                var limit = options.MaxTargets.ToString(CultureInfo.InvariantCulture);
                Fault(node.Entry, $"{node.Entry.Name} leads to more than {limit} mailboxes (addresses.max-targets)");
            }
        }
    }

    private AliasNode? Find(AddressTarget target)
    {
        if (!target.Address.HasDomain)
            return null;

        foreach (var (address, _) in AddressDetail.Readings(target.Address, options.Delimiter))
        {
            if (MailboxName.TryFrom(address, out var mailbox) && _exact.TryGetValue(mailbox, out var node))
                return node;
            if (_everywhere.Count > 0 && MailboxName.TryFrom(address with { Domain = "" }, out var local)
                && _everywhere.TryGetValue(local, out node))
            {
                return node;
            }
        }

        return null;
    }

    private static string Describe(IEnumerable<AliasNode> loop)
    {
        var names = loop.Select(node => node.Entry.Name).ToArray();
        return string.Join(" -> ", names.Length <= MaxShown ? names : [.. names.Take(MaxShown), "...", names[^1]]);
    }

    private void Fault(AliasEntry entry, string text) => _faults.Add(new AliasFault(entry.Where, text));
}
