using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes.Foreign;

/// <summary>
/// What mail programs agree on before they write to a mailbox file: the lock of fcntl, then <c>NAME.lock</c> beside
/// it. Held for a moment; nobody is ever waited for.
/// </summary>
internal readonly struct MailboxFileLock : IDisposable
{
    private const string Suffix = ".lock";

    private readonly StoreContext _store;
    private readonly DiskFile _file;
    private readonly string? _dotlock;

    private MailboxFileLock(StoreContext store, DiskFile file, string? dotlock) =>
        (_store, _file, _dotlock) = (store, file, dotlock);

    /// <summary>Null while another program holds one of the two.</summary>
    public static MailboxFileLock? TryTake(StoreContext store, DiskFile file, string path)
    {
        if (!file.TryLock())
            return null;
        if (!store.Options.UsesDotlock)
            return new MailboxFileLock(store, file, null);
        try
        {
            if (store.Dotlocks.TryCreate(path + Suffix)
                || (RemoveStale(store, path + Suffix) && store.Dotlocks.TryCreate(path + Suffix)))
            {
                return new MailboxFileLock(store, file, path + Suffix);
            }
        }
        catch (IOException)
        {
            // No room for a dotlock, or no right: then the other lock alone must do, as it does for readers.
            return new MailboxFileLock(store, file, null);
        }

        file.Unlock();
        return null;
    }

    /// <summary>
    /// Removes the dotlocks that a server left which was killed. One that it had not written yet, or whose octets were
    /// lost to a power cut, is empty, and so are those of some other programs; these hold the other lock as well.
    /// </summary>
    public static void RemoveOwn(IDisk disk, string mailFolder)
    {
        foreach (var name in disk.List(mailFolder).Where(name => name.EndsWith(Suffix, StringComparison.Ordinal)))
        {
            var path = Path.Join(mailFolder, name);
            if (IsOwn(disk, path) || (IsEmpty(disk, path) && !IsInUse(disk, path[..^Suffix.Length])))
                disk.Delete(path);
        }
    }

    /// <summary>Whether the dotlock of a mailbox file is one of ours; null if there is none.</summary>
    public static bool? DotlockOf(IDisk disk, string path) =>
        disk.Stat(path + Suffix) is null ? null : IsOwn(disk, path + Suffix);

    public void Dispose()
    {
        try
        {
            if (_dotlock is not null)
                _store.Disk.Delete(_dotlock);
        }
        catch (IOException failure)
        {
            // The next one who takes the lock knows it for ours.
            _store.Report($"The lock {_dotlock} could not be removed: {failure.Message}");
        }
        finally
        {
            _file.Unlock();
        }
    }

    private static bool IsOwn(IDisk disk, string path)
    {
        Span<byte> content = stackalloc byte[Dotlocks.Mark.Length + 1];
        using var file = disk.Open(path, DiskAccess.Read);
        return content[..file.Read(content, 0)].SequenceEqual(Dotlocks.Mark);
    }

    private static bool IsEmpty(IDisk disk, string path)
    {
        Span<byte> content = stackalloc byte[Dotlocks.Mark.Length + 1];
        using var file = disk.Open(path, DiskAccess.Read);
        return !content[..file.Read(content, 0)].ContainsAnyExcept((byte)0);
    }

    private static bool IsInUse(IDisk disk, string mailbox)
    {
        if (disk.Stat(mailbox) is null)
            return false;
        using var file = disk.Open(mailbox, DiskAccess.ReadWrite);
        return !file.TryLock();
    }

    private static bool RemoveStale(StoreContext store, string path)
    {
        if (store.Disk.Stat(path) is not { } stat)
            return true;
        var age = store.NowMilliseconds - (stat.ModifiedNs / 1_000_000);
        var isOwn = IsOwn(store.Disk, path);
        if (!isOwn && age < store.Options.DotlockStaleAfter.TotalMilliseconds)
            return false;
        store.Disk.Delete(path);
        if (isOwn)
            return true;
        store.Report($"The lock {path} was left by a program that died, and is removed.");
        return true;
    }
}
