using System.Collections.Concurrent;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// The files, and the folders with new names, that were written since the last checkpoint. May be used by any thread.
/// </summary>
internal sealed class DirtyFiles
{
    private readonly ConcurrentQueue<SharedFile> _files = [];
    private readonly ConcurrentDictionary<string, bool> _folders = [];

    /// <summary>To be called after the write, so that a checkpoint cannot miss it.</summary>
    public void Add(SharedFile file)
    {
        if (!file.TrySoil())
            return;
        file.AddReference();
        _files.Enqueue(file);
    }

    public void AddFolder(string path) => _folders.TryAdd(path, true);

    /// <summary>Each file comes with a reference, which is the taker's.</summary>
    public List<SharedFile> TakeFiles()
    {
        List<SharedFile> taken = [];
        while (_files.TryDequeue(out var file))
        {
            file.BeginFlush();
            taken.Add(file);
        }

        return taken;
    }

    public List<string> TakeFolders()
    {
        var taken = _folders.Keys.ToList();
        taken.ForEach(folder => _folders.TryRemove(folder, out _));
        return taken;
    }

    /// <summary>A file that could not be flushed stays dirty, with the reference that was taken.</summary>
    public void PutBack(SharedFile file)
    {
        if (file.TrySoil())
            _files.Enqueue(file);
        else
            file.Release();
    }

    public void Clear()
    {
        foreach (var file in TakeFiles())
            file.Release();
    }
}
