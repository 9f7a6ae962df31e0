using System.Globalization;

namespace ActorMail.Bench;

/// <summary>
/// What a server has used of the processors, with its children and those that have ended (<c>/proc/PID/stat</c>): other
/// programs beside it change it less than the clock.
/// </summary>
public static class ProcessorTime
{
    /// <summary>Of Linux on every machine that .NET runs on (<c>USER_HZ</c>).</summary>
    private const double TicksPerSecond = 100;

    private const int Parent = 1;
    private const int UserTime = 11;
    private const int SystemTime = 12;
    private const int EndedChildrenUserTime = 13;
    private const int EndedChildrenSystemTime = 14;

    /// <summary>In seconds; 0 where there is no process.</summary>
    public static double Of(int processId)
    {
        if (processId == 0)
            return 0;

        var own = Fields($"/proc/{processId}");
        var ticks = Sum(own, UserTime, SystemTime, EndedChildrenUserTime, EndedChildrenSystemTime);
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(path[6])))
        {
            var child = Fields(folder);
            if (child.Length > 0 && Number(child[Parent]) == processId)
                ticks += Sum(child, UserTime, SystemTime);
        }

        return ticks / TicksPerSecond;
    }

    /// <summary>Those behind the name of the program, which may hold anything; none if the process has ended.</summary>
    private static string[] Fields(string folder)
    {
        try
        {
            var text = File.ReadAllText(folder + "/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static long Sum(string[] fields, params ReadOnlySpan<int> indexes)
    {
        var sum = 0L;
        foreach (var index in indexes)
            sum += Number(fields[index]);
        return sum;
    }

    private static long Number(string field) => long.Parse(field, NumberStyles.None, CultureInfo.InvariantCulture);
}
