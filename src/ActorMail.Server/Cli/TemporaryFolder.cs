namespace ActorMail.Server.Cli;

/// <summary>A folder of its own that goes, with everything in it, when it is disposed of.</summary>
internal sealed class TemporaryFolder(string prefix) : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory(prefix + "-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
