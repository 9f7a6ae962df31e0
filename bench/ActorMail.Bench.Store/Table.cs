using System.Globalization;

namespace ActorMail.Bench.Store;

/// <summary>Medians, ranges and ratios as Markdown.</summary>
internal static class Table
{
    public static void Head(params string[] columns)
    {
        Console.WriteLine($"| {string.Join(" | ", columns)} |");
        Console.WriteLine($"| {string.Join(" | ", columns.Select((_, i) => i < 2 ? "---" : "---:"))} |");
    }

    /// <param name="group">The case.</param>
    /// <param name="what">What was measured.</param>
    /// <param name="values">One a turn.</param>
    /// <param name="floor">Of the same turns; none for the floor itself.</param>
    /// <param name="format">Of the values.</param>
    /// <param name="costs">In a column of their own.</param>
    public static void Row(
        string group, string what, IReadOnlyList<double> values, IReadOnlyList<double> floor, string format,
        IReadOnlyList<double>? costs = null) =>
        Console.WriteLine(
            $"| {group} | {what} | {Range(values, format)} "
            + $"| {(floor.Count == 0 ? "1" : Range([.. values.Zip(floor, (ours, theirs) => ours / theirs)], "N2"))} |"
            + (costs is null ? "" : $" {Range(costs, "N0")} |"));

    public static void Load() => Console.WriteLine(
        $"\n{Environment.ProcessorCount} processors, load {File.ReadAllText("/proc/loadavg").TrimEnd()}");

    private static string Range(IReadOnlyList<double> values, string format)
    {
        var sorted = values.Order().ToList();
        return values.Count == 1
            ? Shown(sorted[0])
            : $"{Shown(sorted[sorted.Count / 2])} ({Shown(sorted[0])} - {Shown(sorted[^1])})";

        string Shown(double value) => value.ToString(format, CultureInfo.InvariantCulture);
    }
}
