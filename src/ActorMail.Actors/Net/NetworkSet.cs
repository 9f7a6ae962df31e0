using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace ActorMail.Actors.Net;

/// <summary>
/// Addresses that a setting names: hosts and networks in the notation of RFC 4632 §3.1 and RFC 4291 §2.3.
/// </summary>
public sealed class NetworkSet(ImmutableArray<IPNetwork> networks) : IEquatable<NetworkSet>
{
    public const string Examples = "such as 10.0.0.0/8, 192.0.2.7 or 2001:db8::/32";

    public static readonly NetworkSet Empty = new([]);

    /// <summary>This machine: 127.0.0.0/8 and ::1.</summary>
    public static readonly NetworkSet Loopback = new(
    [
        new IPNetwork(new IPAddress([127, 0, 0, 0]), 8), new IPNetwork(IPAddress.IPv6Loopback, 128),
    ]);

    public bool IsEmpty => networks.IsEmpty;

    /// <summary>Every address of a kind is in it.</summary>
    public bool HasEveryAddress => networks.Any(network => network.PrefixLength == 0);

    private ImmutableArray<IPNetwork> Networks => networks;

    public bool Contains(IPAddress address)
    {
        if (networks.IsEmpty)
            return false;

        var plain = ClientNetwork.Plain(address);
        foreach (var network in networks)
        {
            if (network.Contains(plain))
                return true;
        }

        return false;
    }

    /// <summary>
    /// Reads <c>10.0.0.0/8</c>, <c>192.0.2.7</c> or <c>::1</c>. Bits behind the prefix are a fault: who writes
    /// 10.1.2.3/8 may have meant either.
    /// </summary>
    public static bool TryParse(string text, out IPNetwork network)
    {
        network = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var host = slash < 0 ? text : text[..slash];
        if (!IsAddress(host, out var address) || address.IsIPv4MappedToIPv6)
            return false;

        var width = address.AddressFamily is AddressFamily.InterNetwork ? 32 : 128;
        network = new IPNetwork(address, width);
        // No sign, blank or leading zero gets through: the text must be what a network of ours would be written as.
        return slash < 0
            || (IPNetwork.TryParse(text, out network) && network.BaseAddress.Equals(address)
                && text[slash..] == $"/{network.PrefixLength}");
    }

    public bool Equals(NetworkSet? other) => other is not null && networks.SequenceEqual(other.Networks);

    public override bool Equals(object? obj) => Equals(obj as NetworkSet);

    public override int GetHashCode() => networks.Length;

    /// <summary>True for an address that is written out: .NET takes 127.1, 0x7f.0.0.1 and [::1], too.</summary>
    public static bool IsAddress(string text, out IPAddress address)
    {
        address = IPAddress.None;
        return !text.AsSpan().ContainsAny('[', '%', '/') && IPAddress.TryParse(text, out address!)
            && (address.AddressFamily is not AddressFamily.InterNetwork || address.ToString() == text);
    }
}
