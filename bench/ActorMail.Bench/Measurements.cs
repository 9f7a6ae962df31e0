using System.Diagnostics;
using System.Globalization;

namespace ActorMail.Bench;

/// <summary>Waits of one run, and the line that tells them: <c>name=value</c>, for eyes and scripts.</summary>
public sealed class Measurements(int capacity)
{
    private readonly long[] _waits = new long[capacity];
    private int _count;

    public void Add(long startTimestamp) =>
        _waits[Interlocked.Increment(ref _count) - 1] = Stopwatch.GetTimestamp() - startTimestamp;

    /// <summary>The wait that so many of a hundred do not exceed, in milliseconds.</summary>
    public double Percentile(double percent)
    {
        var sorted = _waits.AsSpan(0, _count);
        sorted.Sort();
        var index = Math.Clamp((int)Math.Ceiling(percent / 100 * _count) - 1, 0, Math.Max(0, _count - 1));
        return _count == 0 ? 0 : sorted[index] * 1000.0 / Stopwatch.Frequency;
    }

    public static void Print(params (string Name, double Value)[] values) =>
        Console.WriteLine(string.Join(' ', values.Select(pair =>
            pair.Name + "=" + pair.Value.ToString("0.###", CultureInfo.InvariantCulture))));
}
