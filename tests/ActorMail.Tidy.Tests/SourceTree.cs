using System.Runtime.CompilerServices;

namespace ActorMail.Tidy.Tests;

/// <summary>The repository that these tests were compiled from.</summary>
internal static class SourceTree
{
    public static string Root { get; } = Directory.GetParent(Here())!.Parent!.Parent!.FullName;

    /// <summary>Files of the given folders by their paths from the root, without what a build makes.</summary>
    public static IEnumerable<SourceFile> Files(string pattern, params string[] folders) =>
        from folder in folders
        let start = Path.Combine(Root, folder)
        where Directory.Exists(start)
        from path in Directory.EnumerateFiles(start, pattern, SearchOption.AllDirectories)
        let name = Path.GetRelativePath(Root, path).Replace('\\', '/')
        where !name.Split('/').Any(part => part is "obj" or "bin")
        orderby name
        select new SourceFile(name, File.ReadAllLines(path));

    public static void AssertNone(IEnumerable<string> offences)
    {
        var all = offences.ToList();
        if (all.Count > 0)
            Assert.Fail(string.Join(Environment.NewLine, all));
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
