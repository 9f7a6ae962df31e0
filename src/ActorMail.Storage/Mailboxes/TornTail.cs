using ActorMail.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace ActorMail.Storage.Mailboxes;

/// <summary>Cuts off the end of a mailbox file, where a write of ours stopped midway, and keeps it elsewhere.</summary>
internal static class TornTail
{
    public static void Cut(StoreContext store, MailboxPaths paths, SafeFileHandle file, long at)
    {
        var (disk, end) = (store.Disk, store.Disk.Stat(file).Size);
        var kept = "kept beside its log";
        try
        {
            Keep(store, paths, file, at, end);
        }
        catch (StoreFullException)
        {
            // Nobody was told that this message arrived, and a full disk must not close the mailbox.
            kept = "and the disk has no room to keep them";
        }

        disk.Truncate(file, at);
        disk.Flush(file);
        store.Report(
            $"Mailbox {paths.Name}: the last {end - at} octets were cut off ({kept}); they are of a message whose "
            + "delivery was interrupted and never acknowledged.");
    }

    private static void Keep(StoreContext store, MailboxPaths paths, SafeFileHandle file, long start, long end)
    {
        var now = store.NowMilliseconds;
        while (store.Disk.Stat(paths.Cut(now)) is not null)
            now++;
        using var copy = store.Disk.Open(paths.Cut(now), DiskAccess.CreateNew);
        using var writer = new EntryWriter(store.Disk, copy, 0, end - start);
        writer.Copy(file, start, end - start, isContent: false);
        writer.WriteOut();
        store.Disk.Flush(copy);
    }
}
