namespace ActorMail.Storage.Mailboxes.Foreign;

/// <summary>
/// Which message of a changed file is which of those that we know. Messages that still stand in the same order keep
/// their UIDs; of those that do not, as few as possible count as gone and come again.
/// </summary>
/// <param name="KnownOf">For each message found, the index of the known one that it is, or -1 for a new one.</param>
/// <param name="OrderChanged">A message that we know stands before one that it stood behind.</param>
internal sealed record UidMatching(int[] KnownOf, bool OrderChanged)
{
    public static UidMatching Match(IReadOnlyList<UInt128> known, IReadOnlyList<UInt128> found)
    {
        // The places of each fingerprint, in order: copies of one message are matched one after the other.
        var places = new Dictionary<UInt128, Queue<int>>();
        for (var i = 0; i < known.Count; i++)
        {
            if (!places.TryGetValue(known[i], out var queue))
                places.Add(known[i], queue = new Queue<int>());
            queue.Enqueue(i);
        }

        var knownOf = new int[found.Count];
        for (var i = 0; i < found.Count; i++)
            knownOf[i] = places.TryGetValue(found[i], out var queue) && queue.TryDequeue(out var place) ? place : -1;
        return KeepRising(knownOf);
    }

    /// <summary>The longest run of rising places stays (patience sorting); the others are new.</summary>
    private static UidMatching KeepRising(int[] knownOf)
    {
        List<int> tops = [];
        var before = new int[knownOf.Length];
        for (var i = 0; i < knownOf.Length; i++)
        {
            if (knownOf[i] < 0)
                continue;
            var pile = PileFor(tops, knownOf, knownOf[i]);
            before[i] = pile == 0 ? -1 : tops[pile - 1];
            if (pile == tops.Count)
                tops.Add(i);
            else
                tops[pile] = i;
        }

        var kept = new int[knownOf.Length];
        Array.Fill(kept, -1);
        for (var i = tops.Count == 0 ? -1 : tops[^1]; i >= 0; i = before[i])
            kept[i] = knownOf[i];
        return new UidMatching(kept, knownOf.Count(place => place >= 0) > tops.Count);
    }

    private static int PileFor(List<int> tops, int[] knownOf, int place)
    {
        var (low, high) = (0, tops.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = knownOf[tops[middle]] < place ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
