using System.Net;

namespace ActorMail.Actors.Policy;

/// <summary>
/// Remembers where clients are listed, or that they are not; when it is full, who came first is forgotten.
/// </summary>
internal sealed class ListingCache(int capacity, TimeProvider time)
{
    private readonly Dictionary<IPAddress, Entry> _entries = [];

    /// <summary>Each address of the entries once.</summary>
    private readonly Queue<IPAddress> _order = new();

    public bool TryFind(IPAddress client, out Listing? listing)
    {
        var isKnown = _entries.TryGetValue(client, out var entry) && entry.Lifetime > time.GetElapsedTime(entry.Since);
        listing = isKnown ? entry.Listing : null;
        return isKnown;
    }

    public void Keep(IPAddress client, Listing? listing, TimeSpan lifetime)
    {
        if (lifetime <= TimeSpan.Zero || capacity == 0)
            return;

        if (!_entries.ContainsKey(client))
        {
            if (_entries.Count == capacity)
                _entries.Remove(_order.Dequeue());
            _order.Enqueue(client);
        }

        _entries[client] = new Entry(listing, time.GetTimestamp(), lifetime);
    }

    private readonly record struct Entry(Listing? Listing, long Since, TimeSpan Lifetime);
}
