using System.Globalization;

namespace ActorMail.Bench;

/// <summary>What a process holds in memory, in MiB (VmRSS of Linux).</summary>
public sealed class ResidentMemory(int processId)
{
    /// <summary>From one look to the next.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public double Now()
    {
        var line = File.ReadLines($"/proc/{processId}/status")
            .First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        var kibibytes = line.AsSpan(6).Trim().TrimEnd(" kB");
        return int.Parse(kibibytes, NumberStyles.None, CultureInfo.InvariantCulture) / 1024.0;
    }

    /// <summary>The figure once it has not grown for a second.</summary>
    public async Task<double> Settled()
    {
        var (highest, quiet) = (Now(), 0);
        while (quiet < 50)
        {
            await Task.Delay(Pause);
            (quiet, highest) = Now() > highest ? (0, Now()) : (quiet + 1, highest);
        }
        return Now();
    }

    /// <summary>The highest figure that was seen until the work was done.</summary>
    public async Task<double> PeakWhile(Task work)
    {
        var peak = Now();
        while (!work.IsCompleted)
        {
            await Task.WhenAny(work, Task.Delay(Pause));
            peak = Math.Max(peak, Now());
        }
        await work;
        return peak;
    }
}
