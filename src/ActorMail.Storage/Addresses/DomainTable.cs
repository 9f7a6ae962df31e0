using System.Diagnostics.CodeAnalysis;
using ActorMail.Protocols.Mail;

namespace ActorMail.Storage.Addresses;

/// <summary>Which domains are ours, and which are other names of ours.</summary>
internal sealed class DomainTable
{
    private const string Every = "*";

    private readonly HashSet<string> _own;
    private readonly string _default;
    private readonly Dictionary<string, DomainName> _names = [];
    private readonly Dictionary<string, DomainName> _below = [];

    public DomainTable(AddressOptions options)
    {
        (_own, _default) = ([.. options.Domains], options.DefaultDomain);
        foreach (var alias in options.DomainAliases)
            (alias.IsBelow ? _below : _names)[alias.Name.Value] = alias.Domain;
    }

    public bool TakesEvery => _own.Contains(Every);

    public bool IsOwn(DomainName domain) => TakesEvery || _own.Contains(domain.Value);

    /// <summary>The domain that this one is another name of; null if it is none.</summary>
    public DomainName? TargetOf(DomainName domain)
    {
        if (_names.TryGetValue(domain.Value, out var target))
            return target;
        if (_below.Count == 0 || domain.IsLiteral || _own.Contains(domain.Value))
            return null;

        var value = domain.Value;
        for (var dot = value.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = value.IndexOf('.', dot + 1))
        {
            if (_below.TryGetValue(value[(dot + 1)..], out target))
                return target;
        }

        return null;
    }

    /// <summary>
    /// The address in the domain of ours that it belongs to, which is the default one where it names none; false if
    /// there is no such domain.
    /// </summary>
    public bool TryPlace(MailAddress address, [NotNullWhen(true)] out MailAddress? own)
    {
        own = null;
        if (!DomainName.TryParse(address.HasDomain ? address.Domain : _default, out var domain))
            return false;

        if (TargetOf(domain) is { } target)
            own = address with { Domain = target.Value };
        else if (IsOwn(domain))
            own = address.HasDomain ? address : address with { Domain = domain.Value };
        return own is not null;
    }
}
