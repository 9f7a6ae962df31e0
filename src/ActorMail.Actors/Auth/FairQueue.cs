using System.Diagnostics.CodeAnalysis;

namespace ActorMail.Actors.Auth;

/// <summary>
/// A bounded queue that serves its senders in turn, so that one who asks a thousand times delays another by one place.
/// When it is full, the sender with the most items gives up his last one for a newcomer with fewer.
/// </summary>
internal sealed class FairQueue<TSender, T>(int maxCount)
    where TSender : notnull
    where T : class
{
    private readonly Dictionary<TSender, LinkedList<T>> _items = [];
    private readonly Queue<TSender> _turns = [];

    public int Count { get; private set; }

    /// <summary>Gives back who is not in the queue for want of room: the item itself, another, or null.</summary>
    public T? Enqueue(TSender sender, T item)
    {
        T? displaced = null;
        if (Count >= maxCount)
        {
            var longest = _items.Values.MaxBy(items => items.Count);
            var own = _items.GetValueOrDefault(sender)?.Count ?? 0;
            if (longest is null || own + 1 >= longest.Count)
                return item;

            displaced = longest.Last!.Value;
            longest.RemoveLast();
            Count--;
        }

        Add(sender, item);
        return displaced;
    }

    public bool TryDequeue([NotNullWhen(true)] out T? item)
    {
        while (_turns.TryDequeue(out var sender))
        {
            var items = _items[sender];
            if (items.Count == 0)
            {
                _items.Remove(sender);
                continue;
            }

            item = items.First!.Value;
            items.RemoveFirst();
            Count--;
            _turns.Enqueue(sender);
            return true;
        }

        item = null;
        return false;
    }

    private void Add(TSender sender, T item)
    {
        if (!_items.TryGetValue(sender, out var items))
        {
            _items.Add(sender, items = new LinkedList<T>());
            _turns.Enqueue(sender);
        }

        items.AddLast(item);
        Count++;
    }
}
