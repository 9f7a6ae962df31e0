using System.Text.RegularExpressions;

namespace ActorMail.Tidy.Tests;

/// <summary>
/// Finds who proves what: <c>[Requirement("...")]</c> on tests, the ids in the first comment of a transcript, and
/// those in the comment right above an <c>@check</c> of the real clients.
/// </summary>
internal static partial class Citations
{
    public static IReadOnlyList<Citation> All { get; } =
    [
        .. SourceTree.Files("*.cs", "tests").SelectMany(OfTests),
        .. SourceTree.Files("*.transcript", "tests/transcripts").SelectMany(OfTranscript),
        .. SourceTree.Files("*.py", "tests/clients/checks").SelectMany(OfChecks),
    ];

    /// <summary>An attribute belongs to the next method or class that is declared behind it.</summary>
    public static IEnumerable<Citation> OfTests(SourceFile file)
    {
        var type = Path.GetFileNameWithoutExtension(file.Name);
        var text = string.Join('\n', file.Lines);
        return
            from attribute in Attribute().Matches(text)
            let declared = Declaration().Match(text, attribute.Index + attribute.Length)
            let proof = declared.Groups["method"].Success ? $"{type}.{declared.Groups["method"].Value}" : type
            from id in Quoted().Matches(attribute.Value)
            select new Citation(id.Groups["id"].Value, proof);
    }

    public static IEnumerable<Citation> OfTranscript(SourceFile file) =>
        from line in file.Lines.TakeWhile(line => line.StartsWith('#'))
        from id in Id().Matches(line)
        select new Citation(id.Value, file.Name["tests/transcripts/".Length..]);

    public static IEnumerable<Citation> OfChecks(SourceFile file)
    {
        var module = Path.GetFileNameWithoutExtension(file.Name);
        for (var i = 0; i + 1 < file.Lines.Count; i++)
        {
            if (file.Lines[i] != "@check")
                continue;

            var check = file.Lines[i + 1].Split('(')[0]["def ".Length..];
            foreach (var line in file.Lines.Take(i).Reverse().TakeWhile(line => line.StartsWith('#')))
            {
                foreach (var id in Id().Matches(line).Select(match => match.Value))
                    yield return new Citation(id, $"clients/{module}.{check}");
            }
        }
    }

    [GeneratedRegex(@"^ *\[Requirement\(\s*""[^)\]]*\)\]", RegexOptions.Multiline)]
    private static partial Regex Attribute();

    [GeneratedRegex(
        @"^ *public (?:(?:sealed |static |partial )*class \w+|(?:async )?(?:void|Task) (?<method>\w+)\()",
        RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"""(?<id>[^""]*)""")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\b(?:R\d{3,5}-[0-9A-Z.]+-[a-z]+|[DSNRAPIFOK]\d{1,2})\b")]
    private static partial Regex Id();
}
