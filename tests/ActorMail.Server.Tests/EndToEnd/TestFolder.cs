namespace ActorMail.Server.Tests.EndToEnd;

/// <summary>A folder that is gone when the test is over.</summary>
internal sealed class TestFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("actormail-e2e-").FullName;

    private TestFolder()
    {
    }

    /// <summary>For a server; it is the server's to make.</summary>
    public string Data => PathOf("data");

    public static TestFolder Create() => new();

    public string PathOf(string name) => Path.Join(_path, name);

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
