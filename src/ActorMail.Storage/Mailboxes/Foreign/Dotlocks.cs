using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes.Foreign;

/// <summary>
/// Makes dotlocks: names of one small file, where the file system has more than one name for a file. One is made and
/// removed for almost every delivery, and a new name costs a fraction of a new file.
/// </summary>
internal sealed class Dotlocks(IDisk disk, string root, TimeProvider time) : IDisposable
{
    /// <summary>Other programs take a lock whose file is some minutes old for that of a dead one.</summary>
    private static readonly TimeSpan StaysYoung = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();

    // No mailbox is named like this.
    private readonly string _path = Path.Join(MailboxPaths.MetaFolderOf(root), ".dotlock");

    private DiskFile? _file;
    private long _writtenAt;
    private volatile bool _hasNoLinks;

    /// <summary>By this we know ours.</summary>
    public static ReadOnlySpan<byte> Mark => "actormail\n"u8;

    /// <summary>False if the name is taken.</summary>
    public bool TryCreate(string path)
    {
        if (_hasNoLinks)
            return disk.TryCreate(path, Mark);
        try
        {
            Prepare();
            return disk.TryLink(_path, path);
        }
        catch (IOException)
        {
            var isCreated = disk.TryCreate(path, Mark);
            _hasNoLinks = true;
            return isCreated;
        }
    }

    public void Dispose()
    {
        lock (_lock)
            _file?.Dispose();
    }

    private void Prepare()
    {
        lock (_lock)
        {
            if (_file is not null && time.GetElapsedTime(_writtenAt) < StaysYoung)
                return;
            var isNew = _file is null;
            if (isNew)
            {
                disk.Delete(_path);
                _file = disk.Open(_path, DiskAccess.CreateNew);
            }

            _file!.Write(Mark, 0);
            // A lock that a power cut leaves is known for ours by its content.
            if (isNew)
                _file.Flush();
            _writtenAt = time.GetTimestamp();
        }
    }
}
