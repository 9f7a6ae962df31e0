using System.Globalization;

namespace ActorMail.Storage.Accounts;

/// <summary>What an account may hold where that differs from others: null as for all, 0 for no limit.</summary>
public readonly record struct AccountQuota(long? Octets, long? Messages)
{
    private static readonly (string Unit, long Octets)[] Units =
        [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40)];

    /// <summary>Octets, or a number with a unit from KiB to TiB.</summary>
    public static bool TryParseSize(string text, out long octets)
    {
        var (number, factor) = (text, 1L);
        foreach (var (unit, size) in Units)
        {
            if (text.EndsWith(unit, StringComparison.OrdinalIgnoreCase))
                (number, factor) = (text[..^unit.Length], size);
        }

        var isNumber = long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count <= long.MaxValue / factor;
        octets = isNumber ? count * factor : 0;
        return isNumber;
    }

    public static bool TryParseCount(string text, out long messages) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out messages);
}
