namespace ActorMail.Bench.Store;

/// <summary>A folder for the data of one run, which goes with it.</summary>
internal sealed class WorkFolder : IDisposable
{
    public WorkFolder(string parent)
    {
        Directory.CreateDirectory(parent);
        Path = System.IO.Path.Join(parent, $"actormail-store.{Environment.ProcessId}");
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
