namespace ActorMail.Storage.Tests.Certificates;

/// <summary>A folder for PEM files that is gone after the test.</summary>
internal sealed class PemFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("actormail-pem-").FullName;

    public string PathOf(string name) => Path.Join(_path, name);

    /// <summary>The path of the file.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
