using System.Text.RegularExpressions;

namespace ActorMail.Tidy.Tests;

/// <summary>
/// The folders that a diagram names, and who of them may name whom, as <see cref="Diagram"/> writes it.
/// </summary>
internal sealed partial class DiagramFolders
{
    private readonly Dictionary<string, string> _folders = [];
    private readonly List<string> _named = [];
    private readonly List<(string From, string To)> _uses = [];

    public DiagramFolders(Diagram diagram)
    {
        string? package = null;
        foreach (var line in diagram.Lines)
        {
            _named.AddRange(Path().Matches(line).Select(match => match.Value.TrimEnd('.')));
            if (Package().Match(line) is { Success: true } begin)
                package = begin.Groups["path"].Value;
            else if (line.StartsWith('}'))
                package = null;
            else if (Component().Match(line) is { Success: true } box)
                AddBox(package, box.Groups["label"].Value, box.Groups["alias"].Value);
        }

        foreach (var match in diagram.Lines.Select(line => Arrow().Match(line)).Where(match => match.Success))
        {
            if (_folders.TryGetValue(match.Groups["from"].Value, out var from)
                && _folders.TryGetValue(match.Groups["to"].Value, out var to))
            {
                _uses.Add((from, to));
            }
        }
    }

    /// <summary>Paths from the root.</summary>
    public IEnumerable<string> Named => _named;

    /// <summary>Namespaces of folders that a box or an arrow lets name another.</summary>
    public ILookup<string, string> Uses =>
        _uses.Distinct().ToLookup(it => AsNamespace(it.From), it => AsNamespace(it.To));

    public static string AsNamespace(string path) => path["src/".Length..].Replace('/', '.');

    private void AddBox(string? package, string label, string alias)
    {
        var lines = label.Split("\\n").Select(line => Markup().Replace(line, "").Trim()).ToArray();
        var folder = package is null ? null : $"{package}/{lines[0]}";
        if (folder is not null)
        {
            _folders[alias] = folder;
            _named.Add(folder);
        }

        foreach (var match in lines.Skip(1).Select(line => SmallPrint().Match(line)).Where(match => match.Success))
        {
            foreach (var name in match.Groups["folders"].Value.Split(
                ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                var used = $"src/ActorMail.{match.Groups["project"].Value}/{name}";
                _named.Add(used);
                if (folder is not null)
                    _uses.Add((folder, used));
            }
        }
    }

    [GeneratedRegex(@"\b(src|tests|docs|bench|fuzz|hocon)/[\w./-]*\w")]
    private static partial Regex Path();

    [GeneratedRegex(@"^package ""(?<path>src/[\w.]+)""")]
    private static partial Regex Package();

    [GeneratedRegex(@"^\s*component ""(?<label>[^""]+)"" as (?<alias>\w+)")]
    private static partial Regex Component();

    [GeneratedRegex(@"^(?<from>\w+) --> (?<to>\w+)")]
    private static partial Regex Arrow();

    [GeneratedRegex(@"^(?<project>Protocols|Storage|Actors|Server): (?<folders>[\w/, ]+)$")]
    private static partial Regex SmallPrint();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Markup();
}
