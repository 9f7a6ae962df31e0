using System.Text.RegularExpressions;
using System.Xml.Linq;
using ActorMail.Tests;

namespace ActorMail.Tidy.Tests;

/// <summary>Calls of .NET and Akka.NET that do something else than a mail server needs; each was measured.</summary>
public sealed partial class PitfallTests
{
    private static readonly string[] OnTheWire =
        ["src/ActorMail.Protocols", "src/ActorMail.Storage", "src/ActorMail.Actors"];

    [Fact]
    [Requirement("K1")]
    public void The_flush_that_hides_its_failure_on_Linux_is_used_on_Windows_only() =>
        SourceTree.AssertNone(
            from file in SourceTree.Files("*.cs", "src")
            from i in Enumerable.Range(0, file.Lines.Count)
            where HiddenFlush().IsMatch(file.Lines[i])
            where !file.Lines.Take(i).TakeLast(4).Any(line => line.Trim() == "if (OperatingSystem.IsWindows())")
            select $"{file.Name}: {file.Lines[i].Trim()}");

    [Fact]
    [Requirement("K3")]
    public void No_helper_for_text_cuts_lines_on_the_wire() =>
        AssertNowhere(TextHelper(), OnTheWire);

    [Fact]
    [Requirement("K5")]
    public void No_path_is_combined_by_the_call_that_lets_an_absolute_name_win() =>
        AssertNowhere(Combine(), "src");

    [Fact]
    [Requirement("K6")]
    public void Actors_are_named_by_constants_and_counters_and_never_selected_by_path()
    {
        AssertNowhere(Selection(), "src");
        SourceTree.AssertNone(
            from file in SourceTree.Files("*.cs", "src")
            from line in file.Lines
            where line.Contains("ActorOf(", StringComparison.Ordinal)
            from hole in Hole().Matches(line).Select(match => match.Groups["hole"].Value)
            where hole != "Self.Path.Name" && !hole.StartsWith("++", StringComparison.Ordinal)
            select $"{file.Name}: {line.Trim()}");
    }

    [Fact]
    [Requirement("K9")]
    public void No_wait_is_a_receive_timeout() => AssertNowhere(ReceiveTimeout(), "src");

    [Fact]
    [Requirement("K10")]
    public void Numbers_are_parsed_without_signs_and_blanks() =>
        SourceTree.AssertNone(
            from file in SourceTree.Files("*.cs", "src")
            from i in Enumerable.Range(0, file.Lines.Count)
            where NumberParse().IsMatch(file.Lines[i])
            let call = string.Concat(file.Lines.Skip(i).Take(3))
            where !call.Contains("NumberStyles.None", StringComparison.Ordinal)
                && !call.Contains("NumberStyles.AllowHexSpecifier", StringComparison.Ordinal)
            select $"{file.Name}: {file.Lines[i].Trim()}");

    [Fact]
    [Requirement("K11")]
    public void No_regular_expression_can_backtrack_on_foreign_data() => AssertNowhere(Expression(), "src");

    [Fact]
    [Requirement("K12")]
    public void MailKit_is_used_by_tests_alone_and_both_kits_are_recent()
    {
        AssertNowhere(MailKit(), "src");
        var packages = XDocument.Load(Path.Combine(SourceTree.Root, "Directory.Packages.props"))
            .Descendants("PackageVersion")
            .ToDictionary(it => it.Attribute("Include")!.Value, it => it.Attribute("Version")!.Value);
        Assert.True(Version.Parse(packages["MailKit"]) >= new Version(4, 16, 0), packages["MailKit"]);
        Assert.True(Version.Parse(packages["MimeKit"]) >= new Version(4, 15, 1), packages["MimeKit"]);
    }

    private static void AssertNowhere(Regex banned, params string[] folders) =>
        SourceTree.AssertNone(
            from file in SourceTree.Files("*.cs", folders)
            from line in file.Lines
            where banned.IsMatch(line) && !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
            select $"{file.Name}: {line.Trim()}");

    [GeneratedRegex(@"FlushToDisk|Flush\((flushToDisk: )?true\)")]
    private static partial Regex HiddenFlush();

    [GeneratedRegex(@"StreamReader|\.ReadLine(Async)?\(|ReplaceLineEndings")]
    private static partial Regex TextHelper();

    [GeneratedRegex(@"Path\.Combine\(")]
    private static partial Regex Combine();

    [GeneratedRegex("ActorSelection")]
    private static partial Regex Selection();

    [GeneratedRegex(@"\{(?<hole>[^}]+)\}")]
    private static partial Regex Hole();

    [GeneratedRegex("SetReceiveTimeout")]
    private static partial Regex ReceiveTimeout();

    [GeneratedRegex(@"\b(byte|ushort|u?int|u?long|UInt128)\.(Try)?Parse\(")]
    private static partial Regex NumberParse();

    [GeneratedRegex(@"\bRegex\b|RegularExpressions")]
    private static partial Regex Expression();

    [GeneratedRegex(@"\bMailKit\b")]
    private static partial Regex MailKit();
}
