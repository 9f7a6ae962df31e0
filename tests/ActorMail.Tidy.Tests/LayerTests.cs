using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ActorMail.Tidy.Tests;

/// <summary>
/// Who may name whom. A line of the table names only what stands above it, so no circle can form; a new dependency
/// changes this table, and has its reason in <c>docs/adr</c>.
/// </summary>
public sealed partial class LayerTests
{
    private static readonly string[] Protocols = ["ActorMail.Protocols.Mail", "ActorMail.Protocols.Wire"];

    private static readonly string[] Storage =
        ["ActorMail.Storage.Files", "ActorMail.Storage.Accounts", "ActorMail.Storage.Mailboxes"];

    internal static readonly (string Folder, string[] MayUse)[] Layers =
    [
        ("ActorMail.Protocols.Mail", []),
        ("ActorMail.Protocols.Wire", []),
        ("ActorMail.Protocols.Sasl", [.. Protocols]),
        ("ActorMail.Protocols.Mime", [.. Protocols]),
        ("ActorMail.Protocols.Smtp", [.. Protocols]),
        ("ActorMail.Protocols.Pop3", [.. Protocols]),
        ("ActorMail.Storage.Files", []),
        ("ActorMail.Storage.Accounts", [.. Protocols, "ActorMail.Protocols.Sasl", "ActorMail.Storage.Files"]),
        ("ActorMail.Storage.Addresses", ["ActorMail.Protocols.Mail", "ActorMail.Storage.Files"]),
        ("ActorMail.Storage.Certificates", ["ActorMail.Storage.Files"]),
        ("ActorMail.Storage.Journal", ["ActorMail.Storage.Files"]),
        ("ActorMail.Storage.Mailboxes.Foreign", [.. Protocols, "ActorMail.Storage.Files"]),
        ("ActorMail.Storage.Mailboxes", [.. Protocols, "ActorMail.Storage.Files", "ActorMail.Storage.Journal",
            "ActorMail.Storage.Mailboxes.Foreign"]),
        ("ActorMail.Storage.Mailboxes.Inspection", [.. Protocols, "ActorMail.Storage.Files",
            "ActorMail.Storage.Journal", "ActorMail.Storage.Mailboxes", "ActorMail.Storage.Mailboxes.Foreign"]),
        ("ActorMail.Storage.Mailboxes.Transfer", [.. Protocols, "ActorMail.Storage.Files",
            "ActorMail.Storage.Mailboxes", "ActorMail.Storage.Mailboxes.Foreign"]),
        ("ActorMail.Actors.Net", ["ActorMail.Storage.Certificates"]),
        ("ActorMail.Actors.Auth", [.. Protocols, "ActorMail.Protocols.Sasl", "ActorMail.Storage.Accounts",
            "ActorMail.Actors.Net"]),
        ("ActorMail.Actors.Policy", ["ActorMail.Protocols.Mail", "ActorMail.Actors.Net"]),
        ("ActorMail.Actors.Mailboxes", [.. Protocols, .. Storage, "ActorMail.Storage.Addresses"]),
        ("ActorMail.Actors.Smtp", [.. Protocols, "ActorMail.Protocols.Sasl", "ActorMail.Protocols.Mime",
            "ActorMail.Protocols.Smtp", "ActorMail.Storage.Mailboxes", "ActorMail.Storage.Files",
            "ActorMail.Actors.Net", "ActorMail.Actors.Auth", "ActorMail.Actors.Policy", "ActorMail.Actors.Mailboxes"]),
        ("ActorMail.Actors.Pop3", [.. Protocols, "ActorMail.Protocols.Sasl", "ActorMail.Protocols.Mime",
            "ActorMail.Protocols.Pop3", "ActorMail.Storage.Mailboxes", "ActorMail.Actors.Net", "ActorMail.Actors.Auth",
            "ActorMail.Actors.Mailboxes"]),
        ("ActorMail.Actors.Hosting", [.. Protocols, "ActorMail.Storage.Mailboxes", "ActorMail.Storage.Certificates",
            "ActorMail.Storage.Addresses", "ActorMail.Actors.Net", "ActorMail.Actors.Auth", "ActorMail.Actors.Policy",
            "ActorMail.Actors.Mailboxes", "ActorMail.Actors.Smtp", "ActorMail.Actors.Pop3"]),
    ];

    /// <summary>Packages by the first word of a namespace, and the only projects that may name them.</summary>
    private static readonly (string Namespace, string[] Projects)[] Libraries =
    [
        ("Akka", ["ActorMail.Actors", "ActorMail.Server"]),
        ("Serilog", ["ActorMail.Server"]),
        ("Spectre", ["ActorMail.Server"]),
        ("System.CommandLine", ["ActorMail.Server"]),
        ("Zxcvbn", ["ActorMail.Server"]),
        ("System.Net.Sockets", ["ActorMail.Actors", "ActorMail.Server"]),
        ("Konscious", ["ActorMail.Storage"]),
        ("MimeKit", ["ActorMail.Protocols"]),
        ("DnsClient", ["ActorMail.Actors"]),
    ];

    [Fact]
    public void Layers_name_only_what_stands_above_them()
    {
        for (var i = 0; i < Layers.Length; i++)
            Assert.Subset(Layers[..i].Select(layer => layer.Folder).ToHashSet(), Layers[i].MayUse.ToHashSet());
    }

    [Fact]
    public void Folders_use_only_what_their_layer_allows()
    {
        var allowed = Layers.ToDictionary(layer => layer.Folder, layer => layer.MayUse);
        SourceTree.AssertNone(
            from file in SourceTree.Files("*.cs", "src")
            where !file.Name.StartsWith("src/ActorMail.Server/", StringComparison.Ordinal)
            let folder = FolderOf(file)
            from line in file.Lines
            let used = OwnNamespace().Match(line).Groups["name"].Value
            where used.Length > 0 && used != folder
            where !allowed.TryGetValue(folder, out var mayUse) || !mayUse.Contains(used)
            select $"{file.Name} uses {used}");
    }

    [Fact]
    public void Libraries_are_named_only_by_the_projects_that_may()
    {
        SourceTree.AssertNone(
            from file in SourceTree.Files("*.cs", "src")
            let project = file.Name.Split('/')[1]
            from line in file.Lines
            from library in Libraries
            where line.StartsWith($"using {library.Namespace}", StringComparison.Ordinal)
            where !library.Projects.Contains(project) && !IsSocketAddress(line, file)
            select $"{file.Name}: {line}");
    }

    [Fact]
    public void Only_the_hosting_folder_names_the_actor_classes_of_others()
    {
        var actors = SourceTree.Files("*Actor.cs", "src/ActorMail.Actors")
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file.Name), FolderOf);
        SourceTree.AssertNone(
            from file in SourceTree.Files("*.cs", "src/ActorMail.Actors")
            let folder = FolderOf(file)
            where folder != "ActorMail.Actors.Hosting"
            from line in file.Lines
            let text = line.TrimStart()
            where !text.StartsWith("//", StringComparison.Ordinal)
            from word in Word().Matches(text).Select(match => match.Value)
            where word is not ("SessionActor" or "LoginSessionActor")
            where actors.TryGetValue(word, out var home) && home != folder
            select $"{file.Name} names {word}");
    }

    [Fact]
    public void Projects_refer_to_the_one_below_them()
    {
        (string Project, string? Below)[] chain =
        [
            ("ActorMail.Protocols", null), ("ActorMail.Storage", "ActorMail.Protocols"),
            ("ActorMail.Actors", "ActorMail.Storage"), ("ActorMail.Server", "ActorMail.Actors"),
        ];
        foreach (var (project, below) in chain)
        {
            var path = Path.Combine(SourceTree.Root, "src", project, project + ".csproj");
            var references = XDocument.Load(path).Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));
            Assert.Equal(below is null ? [] : [below], references);
        }
    }

    /// <summary>Addresses are values; only who opens sockets is meant by the ban.</summary>
    private static bool IsSocketAddress(string line, SourceFile file) =>
        line == "using System.Net.Sockets;"
        && !file.Lines.Any(it => it.Contains("new Socket", StringComparison.Ordinal)
            || it.Contains("TcpClient", StringComparison.Ordinal));

    private static string FolderOf(SourceFile file) =>
        string.Join('.', file.Name.Split('/')[1..^1]);

    [GeneratedRegex(@"^using (?:static )?(?<name>ActorMail(?:\.\w+)+)")]
    private static partial Regex OwnNamespace();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
