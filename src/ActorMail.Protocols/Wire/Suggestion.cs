namespace ActorMail.Protocols.Wire;

/// <summary>Which word somebody may have meant by one that is unknown: a command, a key of the settings.</summary>
public static class Suggestion
{
    private const int MaxLength = 100;

    /// <summary>
    /// The known word that ends like the unknown one (<c>smtp.listen</c>), or the one that fewest letters lie between;
    /// null if none is near.
    /// </summary>
    /// <param name="slips">Letters that may be wrong in a short word; in a long one, one in eight.</param>
    public static string? Find(string unknown, IEnumerable<string> known, int slips = 2)
    {
        if (unknown.Length > MaxLength)
            return null;

        var candidates = known.ToList();
        var ending = "." + unknown[(unknown.LastIndexOf('.') + 1)..];
        var near = candidates
            .Select(key => (Key: key, Distance: Distance(unknown.ToLowerInvariant(), key)))
            .OrderBy(candidate => candidate.Distance).FirstOrDefault();
        if (near.Key is not null && near.Distance <= Math.Max(slips, unknown.Length / 8))
            return near.Key;

        return candidates.Find(key => key.EndsWith("." + unknown, StringComparison.OrdinalIgnoreCase))
            ?? SingleOrNone(candidates.Where(key => key.EndsWith(ending, StringComparison.OrdinalIgnoreCase)));
    }

    private static string? SingleOrNone(IEnumerable<string> keys) =>
        keys.Take(2).ToArray() is [var single] ? single : null;

    /// <summary>Letters to insert, delete or change, two swapped neighbours counting as one (Damerau).</summary>
    private static int Distance(string one, string other)
    {
        var rows = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    rows[i, j] = i + j;
                    continue;
                }

                var change = rows[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
                rows[i, j] = Math.Min(change, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }

        return rows[one.Length, other.Length];
    }
}
