using System.Text.RegularExpressions;

namespace ActorMail.Tidy.Tests;

/// <summary>
/// The text of a diagram in <c>docs/uml</c>, as far as it can be held against the code. What it may say:
/// <code>
/// Word          a capital and a small letter: the name of a type or a member; prose begins with small letters
/// participant X, class X     a type, where X has no quotes around it; class X { members }
/// ' states of: A, B          where the names of states come from; aliases begin with small letters
/// package "src/P" { component "F/G\n..." as g }     the folder src/P/F/G
/// Project: F, G, in the small print of a box        the folders src/ActorMail.Project/F and /G
/// g --> h       between folders: g may name h
/// </code>
/// </summary>
internal sealed partial record Diagram(string Name, IReadOnlyList<string> Lines)
{
    public static IReadOnlyList<Diagram> All { get; } =
        [.. SourceTree.Files("*.puml", "docs/uml").Select(file => new Diagram(file.Name, file.Lines))];

    /// <summary>What is to be seen in the picture, apart from its title.</summary>
    public IEnumerable<string> Body =>
        from line in Lines
        let text = line.TrimStart()
        where !Directive().IsMatch(text)
        // A quoted label of two lines, and a note, are words with a backslash and an n between them.
        select Markup().Replace(text.Replace("\\n", " ", StringComparison.Ordinal), " ");

    /// <summary>What has to be a name; states are looked for elsewhere.</summary>
    public IEnumerable<string> Words =>
        Body.SelectMany(line => CapitalWord().Matches(line)).Select(match => match.Value).Except(States);

    /// <summary>Words of the title that cannot be anything but names.</summary>
    public IEnumerable<string> TitleWords =>
        from line in Lines
        where line.StartsWith("title ", StringComparison.Ordinal)
        from match in NameWord().Matches(line)
        select match.Value;

    /// <summary>Participants and classes.</summary>
    public IEnumerable<string> Types =>
        from line in Lines
        let match = TypeLine().Match(line)
        where match.Success
        select match.Groups["name"].Value;

    /// <summary>What the classes are said to have: a type, a member, and its parameters if any are given.</summary>
    public IEnumerable<(string Type, string Member, string Parameters)> Members
    {
        get
        {
            string? type = null;
            foreach (var line in Lines)
            {
                if (TypeLine().Match(line) is { Success: true } begin && line.TrimEnd().EndsWith('{'))
                    type = begin.Groups["name"].Value;
                else if (line.TrimStart().StartsWith('}'))
                    type = null;
                else if (type is not null && MemberLine().Match(line) is { Success: true } member)
                    yield return (type, member.Groups["name"].Value, member.Groups["parameters"].Value);
            }
        }
    }

    /// <summary>The types that the states belong to; empty where a diagram does not say so.</summary>
    public IReadOnlyList<string> StatesOf =>
        [.. from line in Lines
            where line.StartsWith("' states of: ", StringComparison.Ordinal)
            from type in line["' states of: ".Length..].Split(',', StringSplitOptions.TrimEntries)
            select type];

    /// <summary>States by their names; a state whose name has blanks is a frame around others.</summary>
    public IEnumerable<string> States =>
        from line in Lines
        let match = StateLine().Match(line)
        where match.Success
        select match.Groups["name"].Value;

    /// <summary>A line that is a picture's way of drawing, and no word of it.</summary>
    [GeneratedRegex(@"^('|@|!|title |skinparam |hide |left to right)")]
    private static partial Regex Directive();

    [GeneratedRegex(@"<[^<>]*>|\[hidden\]")]
    private static partial Regex Markup();

    [GeneratedRegex(@"(?<![\w/.-])[A-Z][a-z]\w*")]
    private static partial Regex CapitalWord();

    [GeneratedRegex(@"\b[A-Z][a-z0-9]+[A-Z]\w*")]
    private static partial Regex NameWord();

    [GeneratedRegex(@"^\s*(participant|(abstract )?class|interface|enum) (?<name>\w+)")]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^\s+(?<name>[A-Z]\w*)(\((?<parameters>[^)]*)\))?")]
    private static partial Regex MemberLine();

    [GeneratedRegex(@"^\s*state (""(?<name>\w+)"" as \w+|(?<name>\w+))")]
    private static partial Regex StateLine();
}
