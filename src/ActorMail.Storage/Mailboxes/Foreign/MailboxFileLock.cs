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

    private static ReadOnlySpan<byte> Mark => "actormail\n"u8;

    /// <summary>Null while another program holds one of the two.</summary>
    public static MailboxFileLock? TryTake(StoreContext store, DiskFile file, string path)
    {
        if (!file.TryLock())
            return null;
        if (!store.Options.UsesDotlock)
            return new MailboxFileLock(store, file, null);
        try
        {
            if (store.Disk.TryCreate(path + Suffix, Mark)
                || (RemoveStale(store, path + Suffix) && store.Disk.TryCreate(path + Suffix, Mark)))
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

    /// <summary>Removes the dotlocks that a server left which was killed.</summary>
    public static void RemoveOwn(IDisk disk, string mailFolder)
    {
        foreach (var name in disk.List(mailFolder).Where(name => name.EndsWith(Suffix, StringComparison.Ordinal)))
        {
            if (IsOwn(disk, Path.Join(mailFolder, name)))
                disk.Delete(Path.Join(mailFolder, name));
        }
    }

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
        Span<byte> content = stackalloc byte[Mark.Length + 1];
        using var file = disk.Open(path, DiskAccess.Read);
        return content[..file.Read(content, 0)].SequenceEqual(Mark);
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
