using System.Text.RegularExpressions;

namespace ActorMail.Tidy.Tests;

/// <summary>The habits of the house that a compiler does not check.</summary>
public sealed partial class StyleTests
{
    private const int MaxFileLines = 400;
    private const int MaxLineLength = 120;

    private static readonly (string Banned, string Instead)[] Bans =
    [
        ("DateTime.Now", "TimeProvider"),
        ("DateTime.UtcNow", "TimeProvider"),
        ("DateTimeOffset.Now", "TimeProvider"),
        ("DateTimeOffset.UtcNow", "TimeProvider"),
        ("Thread.Sleep", "a timer"),
        (".Wait()", "await, or PipeTo"),
        (".GetAwaiter().GetResult()", "await, or PipeTo"),
        ("async void", "async Task, or PipeTo"),
        (".Ask<", "Tell, and a phase that waits for the answer"),
        ("FlushToDisk", "the file layer: .NET hides a failed flush on Linux"),
        ("ReadLine()", "LineReader, on the wire"),
        ("#region", "a smaller type"),
        ("FIXME", "the mend"),
        ("TO" + "DO", "an issue"),
        ("NotImplementedException", "the code"),
    ];

    /// <summary>Where a ban does not hold, and why: a terminal is not the wire.</summary>
    private static readonly (string File, string Banned)[] Exceptions =
    [
        ("src/ActorMail.Server/Cli/", "ReadLine()"),
        // Where the system is not Linux there is nothing better.
        ("src/ActorMail.Storage/Files/RealDiskFile.cs", "FlushToDisk"),
    ];

    [Fact]
    public void Files_and_lines_fit_the_eye()
    {
        var files = SourceTree.Files("*.cs", "src", "tests", "bench", "fuzz").ToList();
        SourceTree.AssertNone(
            from file in files
            where file.Lines.Count > MaxFileLines
            select $"{file.Name}: {file.Lines.Count} lines, {MaxFileLines} at most");
        SourceTree.AssertNone(
            from file in files
            from line in file.Lines
            where line.Length > MaxLineLength
            select $"{file.Name}: {line}");
    }

    [Fact]
    public void Banned_words_do_not_occur() =>
        SourceTree.AssertNone(
            from file in SourceTree.Files("*.cs", "src")
            from line in file.Lines
            from ban in Bans
            where line.Contains(ban.Banned, StringComparison.Ordinal)
            where !Exceptions.Any(
                it => it.Banned == ban.Banned && file.Name.StartsWith(it.File, StringComparison.Ordinal))
            select $"{file.Name}: {ban.Banned}; use {ban.Instead}");

    [Fact]
    public void Nothing_swallows_every_exception() =>
        SourceTree.AssertNone(
            from file in SourceTree.Files("*.cs", "src")
            let text = string.Join('\n', file.Lines)
            from match in EmptyCatch().Matches(text)
            select $"{file.Name}: {match.Value}");

    [Fact]
    public void Tests_neither_wait_nor_skip_nor_always_pass() =>
        SourceTree.AssertNone(
            from file in SourceTree.Files("*.cs", "tests")
            where !file.Name.EndsWith("StyleTests.cs", StringComparison.Ordinal)
            // A test that this machine cannot run is skipped by an attribute that says why.
            where !file.Name.EndsWith("FactAttribute.cs", StringComparison.Ordinal)
            from line in file.Lines
            where SleepingTest().IsMatch(line)
            select $"{file.Name}: {line.Trim()}");

    [Fact]
    public void Namespaces_follow_folders() =>
        SourceTree.AssertNone(
            from file in SourceTree.Files("*.cs", "src")
            let declared = file.Lines.FirstOrDefault(it => it.StartsWith("namespace ", StringComparison.Ordinal))
            where declared is not null
            let expected = $"namespace {string.Join('.', file.Name.Split('/')[1..^1])};"
            where declared != expected
            select $"{file.Name}: {declared}");

    [GeneratedRegex(@"catch\s*(\(\s*\w*Exception[^)]*\))?\s*\{\s*\}")]
    private static partial Regex EmptyCatch();

    [GeneratedRegex(@"Thread\.Sleep|Task\.Delay\(|Skip\s*=\s*""|Assert\.True\(true")]
    private static partial Regex SleepingTest();
}
