namespace ActorMail.Tidy.Tests;

/// <summary>The tables of requirements and of notes under <c>docs</c>.</summary>
internal static class Register
{
    public static IReadOnlyList<Requirement> Rfcs { get; } =
        [.. Rows("requirements.tsv", 4).Select(row => new Requirement(row[0], row[1], row[3]))];

    public static IReadOnlyList<Requirement> Security { get; } =
        [.. Rows("security-criteria.tsv", 3).Select(row => new Requirement(row[0], row[1], row[2]))];

    public static IReadOnlyList<Requirement> All { get; } = [.. Rfcs, .. Security];

    public static IReadOnlyList<RequirementNote> Notes { get; } =
        [.. Rows("requirements-notes.tsv", 3).Select(row => new RequirementNote(row[0], row[1], row[2]))];

    private static IEnumerable<string[]> Rows(string name, int columns)
    {
        foreach (var line in File.ReadLines(Path.Combine(SourceTree.Root, "docs", name)).Skip(1))
        {
            var row = line.Split('\t');
            if (row.Length != columns || row.Any(string.IsNullOrWhiteSpace))
                throw new FormatException($"docs/{name} has {columns} columns, but not here: {line}");
            yield return row;
        }
    }
}
