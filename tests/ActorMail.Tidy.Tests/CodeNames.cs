using System.Text.RegularExpressions;

namespace ActorMail.Tidy.Tests;

/// <summary>The names that source files declare, found by the look of their lines.</summary>
internal sealed partial class CodeNames
{
    private readonly Dictionary<string, SourceFile> _files;
    private readonly HashSet<string> _types = [];
    private readonly HashSet<string> _members = [];

    public CodeNames(IReadOnlyList<SourceFile> files)
    {
        _files = files.GroupBy(file => Path.GetFileNameWithoutExtension(file.Name)).ToDictionary(
            group => group.Key, group => group.First());
        foreach (var line in files.SelectMany(file => file.Lines).Where(IsCode))
        {
            _types.UnionWith(TypeName().Matches(line).Select(match => match.Groups["name"].Value));
            _members.UnionWith(MemberName().Matches(line).Select(match => match.Groups["name"].Value));
        }

        Messages = [.. files.Where(IsProtocol).SelectMany(MessagesOf)];
    }

    public static CodeNames All { get; } = new([.. SourceTree.Files("*.cs", "src")]);

    /// <summary>Public records of the protocols of actors, with the names of their parameters.</summary>
    public IReadOnlyList<(string Protocol, string Name, string Parameters)> Messages { get; }

    public bool HasType(string name) => _types.Contains(name);

    public bool Has(string name) => _types.Contains(name) || _members.Contains(name);

    /// <summary>Whether the file of the type has this word, in code or in the diagram of its comment.</summary>
    public bool HasPhase(string type, string phase) =>
        _files.TryGetValue(type, out var file)
        && CodeAndDiagram(file).Any(line => Word().Matches(line).Any(
            word => string.Equals(word.Value.TrimStart('_'), phase, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Whether the file of the type declares this member.</summary>
    public bool HasMember(string type, string member) =>
        _files.TryGetValue(type, out var file)
        && file.Lines.Where(IsCode).Any(
            line => MemberName().Matches(line).Concat(TypeName().Matches(line))
                .Any(match => match.Groups["name"].Value == member));

    private static bool IsCode(string line) => !line.TrimStart().StartsWith("//", StringComparison.Ordinal);

    private static bool IsProtocol(SourceFile file) =>
        file.Name.StartsWith("src/ActorMail.Actors/", StringComparison.Ordinal)
        && file.Name.EndsWith("Protocol.cs", StringComparison.Ordinal);

    private static IEnumerable<string> CodeAndDiagram(SourceFile file)
    {
        var isDiagram = false;
        foreach (var line in file.Lines)
        {
            isDiagram |= line.Contains("/// <code>", StringComparison.Ordinal);
            if (isDiagram || IsCode(line))
                yield return line;
            isDiagram &= !line.Contains("</code>", StringComparison.Ordinal);
        }
    }

    private static IEnumerable<(string Protocol, string Name, string Parameters)> MessagesOf(SourceFile file)
    {
        var protocol = Path.GetFileNameWithoutExtension(file.Name);
        var text = string.Join('\n', file.Lines.Where(IsCode));
        foreach (var match in Message().Matches(text).AsEnumerable())
        {
            var parameters = text[(match.Index + match.Length)..];
            yield return (protocol, match.Groups["name"].Value,
                parameters.StartsWith('(') ? string.Join(", ", ParametersOf(parameters)) : "");
        }
    }

    /// <summary>The names in a list of parameters, as far as the parenthesis that ends it.</summary>
    private static IEnumerable<string> ParametersOf(string text)
    {
        var (depth, begin) = (0, 1);
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '(' or '<' or '[' => 1, ')' or '>' or ']' => -1, _ => 0 };
            if (!(depth == 0 || (depth == 1 && text[i] == ',')))
                continue;
            yield return Word().Matches(text[begin..i].Split('=')[0]).Last().Value;
            begin = i + 1;
            if (depth == 0)
                break;
        }
    }

    [GeneratedRegex(@"\b(?:class|record struct|record|struct|interface|enum) (?<name>[A-Z]\w*)")]
    private static partial Regex TypeName();

    /// <summary>Methods, properties, constants, values of enums, parameters of records.</summary>
    [GeneratedRegex(
        @"^\s+(?:public|private|protected|internal|static)(?: (?:static|override))*(?: \([^)]*\))?[^=;{(]* "
        + @"(?<name>[A-Z]\w*)(?:<[^>]*>)?(?= ?\(| ?=| ?\{|;|$)"
        + @"|^\s+(?<name>[A-Z]\w*)(?: = [^,;]+)?,$"
        + @"|\b\w[\w<>?]* (?<name>[A-Z]\w*)(?=,|\)| = )")]
    private static partial Regex MemberName();

    [GeneratedRegex(@"public sealed record (?<name>\w+)")]
    private static partial Regex Message();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
