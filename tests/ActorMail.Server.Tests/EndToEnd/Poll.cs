using System.Diagnostics;

namespace ActorMail.Server.Tests.EndToEnd;

/// <summary>Waits for what another process does and does not announce.</summary>
internal static class Poll
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Looks again and again; fails when patience is at its end.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var started = Stopwatch.GetTimestamp();
        using var ticks = new PeriodicTimer(Pause);
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > Executable.Patience)
                throw new TimeoutException("What the test waits for did not happen.");
            await ticks.WaitForNextTickAsync();
        }
    }

    public static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));
}
