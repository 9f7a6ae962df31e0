namespace ActorMail.Actors.Policy;

/// <summary>
/// A part of <see cref="RateLedger"/> with a lock of its own: for each key the moment until which its allowance is used
/// up (the theoretical arrival time of the generic cell rate algorithm, ITU-T I.371), in a ring by last use. The ring
/// is of indices into one array, so that a full shard allocates nothing.
/// </summary>
internal sealed class RateShard(int capacity)
{
    /// <summary>How many of the least recent are looked at for one that owes nothing.</summary>
    private const int MaxLooks = 8;

    private const int FirstSize = 16;
    private const int None = -1;

    private readonly Lock _lock = new();
    private readonly Dictionary<RateKey, int> _places = [];
    private Entry[] _entries = new Entry[Math.Min(capacity, FirstSize)];
    private int _oldest = None;
    private int _newest = None;

    public int Count
    {
        get
        {
            lock (_lock)
                return _places.Count;
        }
    }

    /// <summary>Counts one; false, and counts nothing, if that were too much.</summary>
    /// <param name="now">Ticks of a monotonic clock.</param>
    /// <param name="interval">Ticks that one takes of the allowance.</param>
    /// <param name="burst">Ticks of allowance that may be used at once.</param>
    public bool TryCount(RateKey key, long now, long interval, long burst)
    {
        lock (_lock)
        {
            if (!_places.TryGetValue(key, out var place))
                place = Add(key, now);
            else if (place != _newest)
                MoveToEnd(place);

            ref var entry = ref _entries[place];
            var used = Math.Max(entry.UsedUntil, now) + interval;
            if (used - now > burst)
                return false;

            entry.UsedUntil = used;
            return true;
        }
    }

    private int Add(RateKey key, long now)
    {
        var place = _places.Count;
        if (place == capacity)
        {
            place = FindLeastMissed(now);
            _places.Remove(_entries[place].Key);
            Unlink(place);
        }
        else if (place == _entries.Length)
        {
            Array.Resize(ref _entries, Math.Min(capacity, 2 * place));
        }

        _entries[place] = new Entry { Key = key };
        _places.Add(key, place);
        Append(place);
        return place;
    }

    private int FindLeastMissed(long now)
    {
        var place = _oldest;
        for (var looks = 0; looks < MaxLooks && place != None; looks++)
        {
            if (_entries[place].UsedUntil <= now)
                return place;
            place = _entries[place].Newer;
        }

        return _oldest;
    }

    private void MoveToEnd(int place)
    {
        Unlink(place);
        Append(place);
    }

    private void Unlink(int place)
    {
        var (older, newer) = (_entries[place].Older, _entries[place].Newer);
        if (older == None)
            _oldest = newer;
        else
            _entries[older].Newer = newer;
        if (newer == None)
            _newest = older;
        else
            _entries[newer].Older = older;
    }

    private void Append(int place)
    {
        (_entries[place].Older, _entries[place].Newer) = (_newest, None);
        if (_newest == None)
            _oldest = place;
        else
            _entries[_newest].Newer = place;
        _newest = place;
    }

    private struct Entry
    {
        public RateKey Key;
        public long UsedUntil;
        public int Older;
        public int Newer;
    }
}
