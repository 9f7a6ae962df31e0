namespace ActorMail.Server.Hosting;

/// <summary>
/// <c>actormail.ports-file</c>: there, and complete, while the server that wrote it accepts clients. Only whoever holds
/// the data folder touches it, so that a second server that cannot start leaves the file of the first alone.
/// </summary>
/// <param name="path">Null for no file.</param>
internal sealed class PortsFile(string? path)
{
    /// <summary>Takes away what a server that was killed has left, and sees that a file can be written.</summary>
    /// <exception cref="IOException">It cannot.</exception>
    public void Clear()
    {
        if (path is null)
            return;

        try
        {
            File.Delete(path);
            File.WriteAllText(Unfinished(path), "");
            File.Delete(Unfinished(path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"actormail.ports-file: {path} cannot be written: {fault.Message}", fault);
        }
    }

    /// <summary>Appears as a whole: who waits for this file never reads half of it.</summary>
    public void Write(IEnumerable<BoundListener> listeners)
    {
        if (path is null)
            return;

        File.WriteAllLines(Unfinished(path), listeners.Select(listener => listener.ToString()));
        File.Move(Unfinished(path), path, overwrite: true);
    }

    public void Delete()
    {
        if (path is not null)
            File.Delete(path);
    }

    private static string Unfinished(string path) => path + ".new";
}
