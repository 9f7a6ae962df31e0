using System.Text;
using ActorMail.Server.Logging;

namespace ActorMail.Server.Cli;

/// <summary>Where a command reads and writes: the process's own streams, or those of a test.</summary>
public sealed record Terminal
{
    public required TextReader In { get; init; }

    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>True if a person sits there who can be asked.</summary>
    public bool CanAsk { get; init; }

    /// <summary>True if a person reads what is written; else it is for another program.</summary>
    public bool ShowsTables { get; init; }

    /// <summary>True if a person looks while a command works.</summary>
    public bool ShowsProgress { get; init; }

    /// <summary>Standard input as octets.</summary>
    public Func<Stream> OpenInput { get; init; } = () => Stream.Null;

    /// <summary>Standard output as octets.</summary>
    public Func<Stream> OpenOutput { get; init; } = () => Stream.Null;

    /// <summary>Reads a line without showing it; null at the end of input.</summary>
    public Func<string?> ReadHidden { get; init; } = () => null;

    public static Terminal OfProcess() => new()
    {
        In = Console.In,
        Out = Console.Out,
        Error = Console.Error,
        CanAsk = !Console.IsInputRedirected && !Console.IsErrorRedirected,
        ShowsTables = !Console.IsOutputRedirected,
        ShowsProgress = !Console.IsErrorRedirected,
        OpenInput = Console.OpenStandardInput,
        OpenOutput = Console.OpenStandardOutput,
        ReadHidden = ReadKeys,
    };

    /// <summary>Says on standard error what went wrong, and returns the exit code for it.</summary>
    public int Fail(int exitCode, string text)
    {
        Error.WriteLine(PrintableText.Escape($"actormail: {text}"));
        return exitCode;
    }

    /// <summary>Says on standard error what a person should know besides.</summary>
    public void Note(string text) => Error.WriteLine(PrintableText.Escape($"note: {text}"));

    private static string? ReadKeys()
    {
        var line = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter)
                break;
            if (key.Key == ConsoleKey.D && key.Modifiers == ConsoleModifiers.Control)
                return null;
            if (key.Key == ConsoleKey.Backspace && line.Length > 0)
                line.Length--;
            else if (!char.IsControl(key.KeyChar))
                line.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return line.ToString();
    }
}
