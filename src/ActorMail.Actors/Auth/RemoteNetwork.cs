using System.Net;
using System.Net.Sockets;

namespace ActorMail.Actors.Auth;

/// <summary>Who is one guesser: an IPv4 address, or the /64 of IPv6 that one customer has all to himself.</summary>
internal static class RemoteNetwork
{
    private const int PrefixOctets = 8;

    /// <summary>Those without an address count as one.</summary>
    public static IPAddress Of(IPAddress? remote) => remote switch
    {
        null => IPAddress.None,
        { IsIPv4MappedToIPv6: true } => remote.MapToIPv4(),
        { AddressFamily: AddressFamily.InterNetworkV6 } =>
            new IPAddress([.. remote.GetAddressBytes()[..PrefixOctets], .. new byte[PrefixOctets]]),
        _ => remote,
    };
}
