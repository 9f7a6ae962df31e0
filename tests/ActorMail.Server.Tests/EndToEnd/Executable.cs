using System.Diagnostics;
using System.Text;

namespace ActorMail.Server.Tests.EndToEnd;

/// <summary>The built executable, which lies beside the tests, as a process of its own.</summary>
internal static class Executable
{
    /// <summary>No wait of a test is longer; a machine that is busy needs some of it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    /// <summary>Runs a command to its end.</summary>
    public static Task<Ended> RunAsync(params string[] arguments) => RunAsync(arguments, input: "");

    /// <summary>Runs a command that reads <paramref name="input"/> to its end.</summary>
    public static async Task<Ended> RunAsync(string[] arguments, string input, bool hasNoUmask = false)
    {
        using var process = Process.Start(Describe(arguments, hasNoUmask))!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            process.Kill();
            throw;
        }

        return new Ended(process.ExitCode, await output, await error);
    }

    /// <summary>How to start it: by the SDK's host, without settings from the environment of the tests.</summary>
    public static ProcessStartInfo Describe(IEnumerable<string> arguments, bool hasNoUmask = false)
    {
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        // The shell becomes the server, so that the process is the server's.
        string[] words = hasNoUmask ? ["/bin/sh", "-c", "umask 0; exec \"$0\" \"$@\"", host] : [host];
        var start = new ProcessStartInfo(words[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        var assembly = Path.Join(AppContext.BaseDirectory, "actormail.dll");
        foreach (var word in words.Skip(1).Append(assembly).Concat(arguments))
            start.ArgumentList.Add(word);
        var settings = start.Environment.Keys.Where(name => name.StartsWith("ACTORMAIL__", StringComparison.Ordinal));
        foreach (var name in settings.ToList())
            start.Environment.Remove(name);
        return start;
    }

    /// <summary>How a command ended, and what it said.</summary>
    public sealed record Ended(int Code, string Out, string Error);
}
