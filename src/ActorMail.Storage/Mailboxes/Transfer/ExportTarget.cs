using System.Globalization;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes.Transfer;

/// <summary>
/// A file or folder that is made under another name beside its place and takes it in one step, when all of it is on
/// stable storage. What stands there already is replaced only if it is wanted, and if it is of the same kind.
/// </summary>
internal sealed class ExportTarget : IDisposable
{
    private const int MaxFlushes = 16;

    private static readonly string[] MaildirFolders = ["cur", "new", "tmp"];

    private readonly RealDisk _disk = RealDisk.Instance;
    private readonly ExportFormat _format;
    private readonly string _path;
    private readonly string _parent;
    private readonly string _temporary;
    private readonly bool _mayReplace;
    private bool _isDone;

    public ExportTarget(string path, ExportFormat format, bool mayReplace)
    {
        _path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        (_format, _mayReplace) = (format, mayReplace);
        _parent = Path.GetDirectoryName(_path) ?? throw new IOException($"{path} is no place for an export.");
        if (!Directory.Exists(_parent))
            throw new IOException($"There is no folder {_parent}.");
        CheckPlace();
        var id = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId:x}");
        _temporary = Path.Join(_parent, $".{Path.GetFileName(_path)}.{id}.part");
        try
        {
            Remove(_temporary);
            if (format is not ExportFormat.Mbox)
                _disk.CreateFolder(_temporary);
            else
                _disk.Open(_temporary, DiskAccess.CreateNew).Dispose();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Nothing can be made in {_parent}: {failure.Message}", failure);
        }

        foreach (var folder in format is ExportFormat.Maildir ? MaildirFolders : [])
            _disk.CreateFolder(Path.Join(_temporary, folder));
    }

    /// <summary>The file that the export is.</summary>
    public DiskFile Open() => _disk.Open(_temporary, DiskAccess.ReadWrite);

    /// <summary>A new file of the folder that the export is.</summary>
    public DiskFile Create(string name) => _disk.Open(Path.Join(_temporary, name), DiskAccess.CreateNew);

    /// <summary>Gives a file the time of its message.</summary>
    public void SetTime(string name, long milliseconds) => File.SetLastWriteTimeUtc(
        Path.Join(_temporary, name), DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).UtcDateTime);

    /// <summary>
    /// Puts files on stable storage, many at a time: the file system then has one commit for several of them.
    /// </summary>
    public void Flush(IEnumerable<string> names, CancellationToken cancellation) => Parallel.ForEach(
        names, new ParallelOptions { MaxDegreeOfParallelism = MaxFlushes }, name =>
        {
            cancellation.ThrowIfCancellationRequested();
            using var file = _disk.Open(Path.Join(_temporary, name), DiskAccess.ReadWrite);
            file.Flush();
        });

    /// <summary>The export takes its place.</summary>
    public void Finish()
    {
        if (_format is ExportFormat.Mbox)
        {
            CheckPlace();
            File.Move(_temporary, _path, _mayReplace);
        }
        else
        {
            foreach (var folder in Directory.GetDirectories(_temporary))
                _disk.FlushFolder(folder);
            _disk.FlushFolder(_temporary);
            ReplaceFolder();
        }

        _isDone = true;
        _disk.FlushFolder(_parent);
    }

    public void Dispose()
    {
        if (!_isDone)
            Remove(_temporary);
    }

    private static void Remove(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    }

    private void CheckPlace()
    {
        var (isFolder, isFile) = (Directory.Exists(_path), File.Exists(_path));
        if (!isFolder && !isFile)
            return;
        if (!_mayReplace)
            throw new ExportExistsException($"{_path} is there already; --force replaces it.");
        if (isFolder != (_format is not ExportFormat.Mbox) || (isFolder && !IsExport()))
            throw new ExportExistsException($"{_path} is there and is no {Kind()}; it is not replaced.");
    }

    private string Kind() => _format switch
    {
        ExportFormat.Mbox => "file",
        ExportFormat.Maildir => "Maildir",
        _ => "folder of .eml files",
    };

    /// <summary>Nothing but what an export consists of is ever deleted.</summary>
    private bool IsExport()
    {
        var (files, folders) = (Directory.GetFiles(_path), Directory.GetDirectories(_path));
        return _format is ExportFormat.Maildir
            ? files.Length == 0 && folders.All(folder => MaildirFolders.Contains(Path.GetFileName(folder)))
            : folders.Length == 0 && files.All(file => file.EndsWith(".eml", StringComparison.Ordinal));
    }

    /// <summary>A folder that holds something cannot be replaced in one step: the old one makes room first.</summary>
    private void ReplaceFolder()
    {
        CheckPlace();
        var old = _temporary + ".old";
        var isThere = Directory.Exists(_path);
        if (isThere)
            Directory.Move(_path, old);
        try
        {
            Directory.Move(_temporary, _path);
        }
        catch
        {
            if (isThere)
                Directory.Move(old, _path);
            throw;
        }

        if (isThere)
            Directory.Delete(old, recursive: true);
    }
}
