using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ActorMail.Tidy.Tests;

/// <summary>
/// The pictures of the design dossier say what the code says. They are held against it by the words in their sources;
/// <see cref="Diagram"/> tells how these are written.
/// </summary>
public sealed partial class DiagramTests
{
    /// <summary>Names of other programs and libraries, and what a client is told.</summary>
    private static readonly HashSet<string> FromElsewhere =
    [
        "ActorMail", "Ctrl", "Exim", "From", "Goodbye", "GracefulStop", "KiB", "Linux", "MiB", "Postfix", "Stored",
        "Terminated",
    ];

    /// <summary>Of projects, and of the folders in them.</summary>
    private static readonly HashSet<string> FolderNames =
        [.. from file in SourceTree.Files("*.cs", "src")
            from part in file.Name.Split('/')[1..^1]
            select part.Split('.')[^1]];

    private static string Folder { get; } = Path.Join(SourceTree.Root, "docs", "uml");

    [Fact]
    public void Each_picture_was_made_from_its_source()
    {
        var style = ReadText("style.iuml");
        SourceTree.AssertNone(
            from diagram in Diagram.All
            let name = Path.GetFileNameWithoutExtension(diagram.Name)
            let hash = Convert.ToHexStringLower(
                SHA256.HashData(Encoding.UTF8.GetBytes(style + ReadText(name + ".puml"))))
            where !ReadText(name + ".svg").Contains($"SHA-256 of style.iuml and {name}.puml: {hash} ",
                StringComparison.Ordinal)
            select $"docs/uml/{name}.svg is stale: run docs/uml/build {name}, and look at it");
    }

    [Fact]
    public void Each_picture_has_a_source_and_is_shown_in_the_dossier()
    {
        var dossier = File.ReadAllText(Path.Join(SourceTree.Root, "docs", "DESIGN.md"));
        var shown = Picture().Matches(dossier).Select(match => match.Groups["name"].Value).ToHashSet();
        var sources = Diagram.All.Select(it => Path.GetFileNameWithoutExtension(it.Name)).ToHashSet();
        var made = SourceTree.Files("*.svg", "docs/uml").Select(it => Path.GetFileNameWithoutExtension(it.Name));

        Assert.NotEmpty(sources);
        Assert.Equal(sources.Order(), made.Order());
        Assert.Equal(sources.Order(), shown.Order());
    }

    [Fact]
    public void Tests_and_files_that_the_dossier_names_exist()
    {
        var dossier = File.ReadAllText(Path.Join(SourceTree.Root, "docs", "DESIGN.md"));
        var tests = SourceTree.Files("*.cs", "tests").ToLookup(it => Path.GetFileNameWithoutExtension(it.Name));

        Assert.NotEmpty(Proof().Matches(dossier));
        SourceTree.AssertNone(
            from match in Proof().Matches(dossier)
            let name = match.Groups["class"].Value
            let method = match.Groups["method"].Value
            where !tests[name].SelectMany(file => file.Lines).Any(
                line => line.Contains(method.Length > 0 ? $" {method}(" : $"class {name}", StringComparison.Ordinal))
            select $"docs/DESIGN.md cites {match.Value}, which is no test");
        SourceTree.AssertNone(
            from match in NamedFile().Matches(dossier)
            where !Path.Exists(Path.Join(SourceTree.Root, match.Groups["path"].Value))
            select $"docs/DESIGN.md names {match.Value}, which does not exist");
    }

    [Fact]
    public void Names_in_diagrams_are_those_of_the_code() =>
        SourceTree.AssertNone(Diagram.All.SelectMany(diagram => NameFaults(diagram, CodeNames.All)));

    [Fact]
    public void States_are_phases_of_the_code() =>
        SourceTree.AssertNone(
            from diagram in Diagram.All
            from state in diagram.States
            where !diagram.StatesOf.Any(type => CodeNames.All.HasPhase(type, state))
            select $"{diagram.Name}: the state {state} is in none of {string.Join(", ", diagram.StatesOf)}");

    [Fact]
    public void Folders_in_diagrams_exist() =>
        SourceTree.AssertNone(
            from diagram in Diagram.All
            from path in new DiagramFolders(diagram).Named
            where !Path.Exists(Path.Join(SourceTree.Root, path))
            select $"{diagram.Name} names {path}, which does not exist");

    [Fact]
    public void Each_folder_of_the_source_is_in_the_diagram_of_components()
    {
        var named = new DiagramFolders(Diagram.All.Single(it => it.Name == "docs/uml/components.puml")).Named;
        var folders = SourceTree.Files("*.cs", "src").Select(file => file.Name[..file.Name.LastIndexOf('/')]);

        Assert.Empty(folders.Distinct().Where(folder => folder.Count(it => it == '/') > 1).Except(named));
    }

    [Fact]
    public void Arrows_between_folders_are_the_table_of_layers()
    {
        var drawn = Diagram.All.Select(diagram => new DiagramFolders(diagram).Uses).SelectMany(uses => uses)
            .ToLookup(uses => uses.Key, uses => uses.Order());
        SourceTree.AssertNone(
            from layer in LayerTests.Layers
            where layer.MayUse.Length > 0
            where drawn[layer.Folder].SingleOrDefault() is not { } uses || !uses.SequenceEqual(layer.MayUse.Order())
            select $"{layer.Folder} may name {string.Join(", ", layer.MayUse)}; docs/uml/layers-*.puml say otherwise");
        Assert.Empty(drawn.Select(it => it.Key).Except(LayerTests.Layers.Select(layer => layer.Folder)));
    }

    [Fact]
    public void Each_public_message_of_an_actor_is_in_a_diagram_with_its_parameters()
    {
        Assert.NotEmpty(CodeNames.All.Messages);
        SourceTree.AssertNone(MissingMessages(Diagram.All, CodeNames.All));
    }

    [Fact]
    public void A_message_that_is_renamed_is_noticed()
    {
        var files = from file in SourceTree.Files("*.cs", "src")
                    let lines = file.Lines.Select(it => it.Replace("SaltFound", "SaltGiven", StringComparison.Ordinal))
                    select new SourceFile(file.Name, [.. lines]);
        var renamed = new CodeNames([.. files]);

        Assert.Equal(["AuthProtocol.SaltGiven(Salt) is in no diagram"], MissingMessages(Diagram.All, renamed));
        Assert.Contains(
            "docs/uml/auth-scram.puml: SaltFound is no name of the code",
            Diagram.All.SelectMany(diagram => NameFaults(diagram, renamed)));
        Assert.Contains(
            "docs/uml/actors-sessions.puml: AuthProtocol has no SaltFound",
            Diagram.All.SelectMany(diagram => NameFaults(diagram, renamed)));
    }

    [Fact]
    public void What_a_diagram_must_not_say_is_noticed()
    {
        Diagram wrong = new("wrong.puml",
        [
            "participant NobodyActor", "participant MailboxActor", "NobodyActor -> MailboxActor : LockMailbox",
            "MailboxActor --> client : Mailboxlocked, and prose", "class MailboxProtocol {", "  Lock(Mailbox)", "}",
        ]);

        Assert.Equal(
            [
                "wrong.puml: MailboxProtocol has no Lock", "wrong.puml: Mailboxlocked is no name of the code",
                "wrong.puml: NobodyActor is no name of the code", "wrong.puml: NobodyActor is no type of the code",
            ],
            NameFaults(wrong, CodeNames.All).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> NameFaults(Diagram diagram, CodeNames code) =>
        diagram.Words.Concat(diagram.TitleWords).Distinct()
            .Where(word => !code.Has(word) && !FolderNames.Contains(word) && !FromElsewhere.Contains(word))
            .Select(word => $"{diagram.Name}: {word} is no name of the code")
            .Concat(from type in diagram.Types
                    where char.IsAsciiLetterUpper(type[0]) && !code.HasType(type)
                    select $"{diagram.Name}: {type} is no type of the code")
            .Concat(from member in diagram.Members
                    where !code.HasMember(member.Type, member.Member)
                    select $"{diagram.Name}: {member.Type} has no {member.Member}");

    private static IEnumerable<string> MissingMessages(IReadOnlyList<Diagram> diagrams, CodeNames code)
    {
        var drawn = diagrams.SelectMany(diagram => diagram.Members).ToHashSet();
        return from message in code.Messages
               where !drawn.Contains(message)
               select $"{message.Protocol}.{message.Name}({message.Parameters}) is in no diagram";
    }

    /// <summary>With the line ends that the build saw, whatever those of this working tree.</summary>
    private static string ReadText(string name)
    {
        var path = Path.Join(Folder, name);
        return File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
    }

    [GeneratedRegex(@"`(?<class>\w+(?:Tests|Specs))(?:\.(?<method>\w+))?`")]
    private static partial Regex Proof();

    [GeneratedRegex(@"`(?<path>(?:src|tests|docs|hocon|bench)/[\w./-]+)`")]
    private static partial Regex NamedFile();

    [GeneratedRegex(@"\]\(uml/(?<name>[\w-]+)\.svg\)")]
    private static partial Regex Picture();
}
