namespace ActorMail.Storage.Mailboxes.Foreign;

/// <summary>
/// Which message of a changed file is which of those that we know. Copies of one message are matched one after the
/// other.
/// </summary>
/// <param name="KnownOf">For each message found, the index of the known one that it is, or -1 for a new one.</param>
/// <param name="OrderChanged">A message that we know stands before one that it stood behind.</param>
internal sealed record UidMatching(int[] KnownOf, bool OrderChanged)
{
    public static UidMatching Match(IReadOnlyList<UInt128> known, IReadOnlyList<UInt128> found)
    {
        var places = new Dictionary<UInt128, Queue<int>>();
        for (var i = 0; i < known.Count; i++)
        {
            if (!places.TryGetValue(known[i], out var queue))
                places.Add(known[i], queue = new Queue<int>());
            queue.Enqueue(i);
        }

        var knownOf = new int[found.Count];
        var (last, orderChanged) = (-1, false);
        for (var i = 0; i < found.Count; i++)
        {
            knownOf[i] = places.TryGetValue(found[i], out var queue) && queue.TryDequeue(out var place) ? place : -1;
            orderChanged |= knownOf[i] >= 0 && knownOf[i] < last;
            last = Math.Max(last, knownOf[i]);
        }

        return new UidMatching(knownOf, orderChanged);
    }
}
