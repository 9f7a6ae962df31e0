using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ActorMail.Actors.Net;

/// <summary>
/// Counts the clients of all listeners together, in all and by address. Shared by the listener actors, hence made of
/// atomic steps: a counter is raised first and taken back when that was too much, so that no limit is overstepped.
/// </summary>
public sealed class ConnectionCensus(ConnectionOptions options)
{
    private readonly ConcurrentDictionary<IPAddress, int> _perAddress = new();
    private int _all;

    public int Count => Volatile.Read(ref _all);

    /// <summary>Counts a client in; null if it may stay, and then <see cref="Leave"/> is owed.</summary>
    public Refusal? TryEnter(IPAddress address)
    {
        if (Interlocked.Increment(ref _all) > options.MaxConnections)
        {
            Interlocked.Decrement(ref _all);
            return Refusal.ServerFull;
        }

        var limit = IPAddress.IsLoopback(address) ? options.MaxFromLoopback : options.MaxPerAddress;
        if (_perAddress.AddOrUpdate(NetworkOf(address), 1, (_, count) => count + 1) <= limit)
            return null;

        Leave(address);
        return Refusal.AddressFull;
    }

    public void Leave(IPAddress address)
    {
        Interlocked.Decrement(ref _all);
        var network = NetworkOf(address);
        if (_perAddress.AddOrUpdate(network, 0, (_, count) => count - 1) == 0)
        {
            // Only while it is still zero: a client that came in between keeps its entry.
            _perAddress.TryRemove(new KeyValuePair<IPAddress, int>(network, 0));
        }
    }

    /// <summary>
    /// One IPv4 host, or the 64 bits of an IPv6 network: whoever has one address there has all of them.
    /// </summary>
    private static IPAddress NetworkOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily is not AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(address))
            return address;

        var octets = address.GetAddressBytes();
        octets.AsSpan(8).Clear();
        return new IPAddress(octets);
    }
}
