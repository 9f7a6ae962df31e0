using System.Globalization;

namespace ActorMail.Server.Configuration;

/// <summary>Sizes and durations as people write them: <c>64MiB</c>, <c>10 MB</c>, <c>500ms</c>, <c>12h</c>.</summary>
public static class Units
{
    private static readonly (string Name, long Octets)[] Sizes =
    [
        ("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10),
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000), ("B", 1), ("", 1),
        // The short forms of HOCON.
        ("T", 1L << 40), ("G", 1L << 30), ("M", 1L << 20), ("K", 1L << 10),
    ];

    private static readonly (string Name, TimeSpan Length)[] Durations =
    [
        ("d", TimeSpan.FromDays(1)), ("h", TimeSpan.FromHours(1)), ("m", TimeSpan.FromMinutes(1)),
        ("s", TimeSpan.FromSeconds(1)), ("ms", TimeSpan.FromMilliseconds(1)),
        ("days", TimeSpan.FromDays(1)), ("hours", TimeSpan.FromHours(1)), ("minutes", TimeSpan.FromMinutes(1)),
        ("seconds", TimeSpan.FromSeconds(1)), ("milliseconds", TimeSpan.FromMilliseconds(1)),
        ("day", TimeSpan.FromDays(1)), ("hour", TimeSpan.FromHours(1)), ("minute", TimeSpan.FromMinutes(1)),
        ("second", TimeSpan.FromSeconds(1)), ("millisecond", TimeSpan.FromMilliseconds(1)),
    ];

    /// <summary>Octets; a number without a unit is octets already.</summary>
    public static bool TryParseSize(string text, out long octets)
    {
        octets = 0;
        if (!TrySplit(text, out var number, out var unit))
            return false;

        var factor = Array.Find(Sizes, size => size.Name.Equals(unit, StringComparison.OrdinalIgnoreCase)).Octets;
        octets = factor > 0 && number <= long.MaxValue / factor ? number * factor : 0;
        return factor > 0 && number <= long.MaxValue / factor;
    }

    /// <summary>Always with a unit: nobody should have to guess between seconds and milliseconds.</summary>
    public static bool TryParseDuration(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (!TrySplit(text, out var number, out var unit))
            return false;

        var ticks = Array.Find(Durations, length => length.Name == unit).Length.Ticks;
        if (ticks == 0 || number > TimeSpan.MaxValue.Ticks / ticks)
            return false;

        duration = TimeSpan.FromTicks(number * ticks);
        return true;
    }

    /// <summary>The size in its largest whole unit.</summary>
    public static string FormatSize(long octets)
    {
        var unit = Array.Find(Sizes[..4], size => octets > 0 && octets % size.Octets == 0);
        return unit.Octets == 0 ? Join(octets, "") : Join(octets / unit.Octets, unit.Name);
    }

    /// <summary>The duration in its largest whole unit.</summary>
    public static string FormatDuration(TimeSpan duration)
    {
        var unit = Array.Find(Durations[..5], unit => duration.Ticks > 0 && duration.Ticks % unit.Length.Ticks == 0);
        return unit.Length == TimeSpan.Zero ? "0s" : Join(duration.Ticks / unit.Length.Ticks, unit.Name);
    }

    private static string Join(long number, string unit) => number.ToString(CultureInfo.InvariantCulture) + unit;

    private static bool TrySplit(string text, out long number, out string unit)
    {
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        unit = text[digits..].Trim(' ');
        return long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
