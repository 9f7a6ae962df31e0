using System.Diagnostics.CodeAnalysis;

namespace ActorMail.Actors.Auth;

/// <summary>
/// A bounded queue that serves its senders in turn, so that one who asks a thousand times delays another by one place,
/// and likewise the topics of each sender: he who asks about one thing delays another's question about something else
/// by one place, though both come from one sender. When it is full, the longest line gives up its last item for a
/// newcomer whose own line is shorter.
/// </summary>
internal sealed class FairQueue<TSender, TTopic, T>(int maxCount)
    where TSender : notnull
    where TTopic : notnull
    where T : class
{
    private readonly Dictionary<TSender, Lines> _senders = [];
    private readonly Queue<TSender> _turns = [];

    public int Count { get; private set; }

    /// <summary>Gives back who is not in the queue for want of room: the item itself, another, or null.</summary>
    public T? Enqueue(TSender sender, TTopic topic, T item)
    {
        T? displaced = null;
        if (Count >= maxCount)
        {
            displaced = MakeRoom(sender, topic);
            if (displaced is null)
                return item;
            Count--;
        }

        if (!_senders.TryGetValue(sender, out var lines))
        {
            _senders.Add(sender, lines = new Lines());
            _turns.Enqueue(sender);
        }

        lines.Add(topic, item);
        Count++;
        return displaced;
    }

    public bool TryDequeue([NotNullWhen(true)] out T? item)
    {
        while (_turns.TryDequeue(out var sender))
        {
            if (!_senders[sender].TryTake(out item))
            {
                _senders.Remove(sender);
                continue;
            }

            Count--;
            _turns.Enqueue(sender);
            return true;
        }

        item = null;
        return false;
    }

    private T? MakeRoom(TSender sender, TTopic topic)
    {
        var longest = _senders.Values.MaxBy(lines => lines.Count);
        var own = _senders.GetValueOrDefault(sender);
        return longest is not null && (own?.Count ?? 0) + 1 < longest.Count
            ? longest.GiveUpLast()
            : own?.GiveUpLastFor(topic);
    }

    /// <summary>The items of one sender, a line for each topic.</summary>
    private sealed class Lines
    {
        private readonly Dictionary<TTopic, LinkedList<T>> _items = [];
        private readonly Queue<TTopic> _turns = [];

        public int Count { get; private set; }

        public void Add(TTopic topic, T item)
        {
            if (!_items.TryGetValue(topic, out var line))
            {
                _items.Add(topic, line = new LinkedList<T>());
                _turns.Enqueue(topic);
            }

            line.AddLast(item);
            Count++;
        }

        public bool TryTake([NotNullWhen(true)] out T? item)
        {
            while (_turns.TryDequeue(out var topic))
            {
                var line = _items[topic];
                if (line.Count == 0)
                {
                    _items.Remove(topic);
                    continue;
                }

                item = line.First!.Value;
                line.RemoveFirst();
                Count--;
                _turns.Enqueue(topic);
                return true;
            }

            item = null;
            return false;
        }

        /// <summary>Null if the line of this topic is as long as any other, or would be.</summary>
        public T? GiveUpLastFor(TTopic topic)
        {
            var own = _items.GetValueOrDefault(topic)?.Count ?? 0;
            return own + 1 < Longest().Count ? GiveUpLast() : null;
        }

        public T GiveUpLast()
        {
            var longest = Longest();
            var last = longest.Last!.Value;
            longest.RemoveLast();
            Count--;
            return last;
        }

        private LinkedList<T> Longest() => _items.Values.MaxBy(line => line.Count)!;
    }
}
