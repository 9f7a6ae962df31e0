using System.Collections.Concurrent;
using System.Net;

namespace ActorMail.Actors.Net;

/// <summary>
/// Counts the clients of all listeners together, in all and by address. Shared by the listener actors, hence made of
/// atomic steps: a counter is raised first and taken back when that was too much, so that no limit is overstepped.
/// </summary>
/// <param name="isTooOften">
/// Notes that a client came from an address, and says whether too many did lately; null where nobody counts that.
/// </param>
public sealed class ConnectionCensus(ConnectionOptions options, Func<IPAddress, bool>? isTooOften = null)
{
    private readonly ConcurrentDictionary<IPAddress, int> _perAddress = new();
    private int _all;

    public int Count => Volatile.Read(ref _all);

    /// <summary>Octets that a connection from there may begin with to say who the client is; 0 if it may not.</summary>
    public int ProxyHeaderSizeFrom(IPAddress address) => IsProxy(address) ? options.MaxProxyHeaderSize : 0;

    /// <summary>Counts a client in. The place, if it gets one, is to be given back when the client leaves.</summary>
    public Refusal? TryEnter(IPAddress address, out ConnectionPlace? place)
    {
        place = null;
        if (Interlocked.Increment(ref _all) > options.MaxConnections)
        {
            LeaveAll();
            return Refusal.ServerFull;
        }

        // The clients that a front end speaks for are counted once it has said who they are.
        var isCounted = !IsProxy(address);
        if (isCounted && Enter(address) is { } refusal)
        {
            LeaveAll();
            return refusal;
        }

        place = new ConnectionPlace(this, isCounted ? ClientNetwork.Of(address) : null);
        return null;
    }

    /// <summary>Counts a client that is counted in all already at its address.</summary>
    internal Refusal? Enter(IPAddress address)
    {
        var network = ClientNetwork.Of(address);
        var limit = IPAddress.IsLoopback(network) ? options.MaxFromLoopback : options.MaxPerAddress;
        var isFull = _perAddress.AddOrUpdate(network, 1, (_, count) => count + 1) > limit;
        if (!isFull && isTooOften?.Invoke(address) is not true)
            return null;

        Leave(network);
        return isFull ? Refusal.AddressFull : Refusal.TooOften;
    }

    internal void Leave(IPAddress network)
    {
        if (_perAddress.AddOrUpdate(network, 0, (_, count) => count - 1) == 0)
        {
            // Only while it is still zero: a client that came in between keeps its entry.
            _perAddress.TryRemove(new KeyValuePair<IPAddress, int>(network, 0));
        }
    }

    internal void LeaveAll() => Interlocked.Decrement(ref _all);

    private bool IsProxy(IPAddress address) => options.ProxyProtocolFrom.Contains(address);
}
