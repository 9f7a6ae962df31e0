using System.Net;
using System.Net.Sockets;

namespace ActorMail.Actors.Net;

/// <summary>Whom limits by address count as one.</summary>
public static class ClientNetwork
{
    private const int PrefixOctets = 8;

    /// <summary>
    /// One IPv4 host, or the 64 bits of an IPv6 network: whoever has one address there has all of them.
    /// </summary>
    public static IPAddress Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily is not AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(address))
            return address;

        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out _);
        octets[PrefixOctets..].Clear();
        return new IPAddress(octets);
    }

    /// <summary>An IPv4 address that is written as one of IPv6, as what it is.</summary>
    public static IPAddress Plain(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
