using System.Collections.Concurrent;
using System.Globalization;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// The folder of large mail on its way in. A file that the journal names stays until its record is checkpointed.
/// </summary>
internal sealed class SpoolFolder(IDisk disk, string root)
{
    private readonly string _folder = MailboxPaths.SpoolFolderOf(root);
    private readonly ConcurrentDictionary<string, DiskFile> _open = [];
    private long _count;

    public string NewPath() => Path.Join(
        _folder, Interlocked.Increment(ref _count).ToString("x16", CultureInfo.InvariantCulture));

    /// <summary>For a replay; null if it is not there.</summary>
    public DiskFile? Open(string name)
    {
        if (Path.GetFileName(name) != name || name.Length == 0)
            throw new InvalidDataException("The journal names a spool file that cannot be.");
        if (_open.TryGetValue(name, out var file))
            return file;
        var path = Path.Join(_folder, name);
        return disk.Stat(path) is null ? null : _open.GetOrAdd(name, disk.Open(path, DiskAccess.Read));
    }

    public void CloseAll()
    {
        foreach (var name in _open.Keys)
        {
            if (_open.TryRemove(name, out var file))
                file.Dispose();
        }
    }

    public void Delete(string name)
    {
        if (_open.TryRemove(name, out var file))
            file.Dispose();
        disk.Delete(Path.Join(_folder, name));
    }

    public void DeleteAll()
    {
        // The folder may be a link to one where other files are.
        foreach (var name in disk.List(_folder).Where(IsOwn))
            Delete(name);
    }

    private static bool IsOwn(string name) => name.Length == 16 && name.All(char.IsAsciiHexDigitLower);
}
