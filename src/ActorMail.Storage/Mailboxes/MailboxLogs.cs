using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// The logs in the folder of a mailbox: one, save while a new mailbox file takes the place of the old one and each has
/// its own.
/// </summary>
internal static class MailboxLogs
{
    /// <summary>Changes nothing.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="paths">The files of the mailbox.</param>
    /// <param name="stat">Of the mailbox file as it is.</param>
    public static FoundLogs Load(IDisk disk, MailboxPaths paths, FileStat? stat)
    {
        var names = disk.List(paths.Folder);
        LogImage? best = null;
        var generation = 0u;
        foreach (var name in names.Where(MailboxPaths.IsLog))
        {
            if (LogImage.Load(disk, paths.InFolder(name)) is not { } image)
                continue;
            generation = Math.Max(generation, image.Header.Generation);
            if (!IsAhead(names, paths, image) && (best is null || IsBetter(image, best, stat)))
                best = image;
        }

        return new FoundLogs(best, generation);
    }

    /// <summary>Removes logs that have had their day.</summary>
    public static void DeleteOthers(IDisk disk, MailboxPaths paths, string log)
    {
        foreach (var path in disk.List(paths.Folder).Where(MailboxPaths.IsLog).Select(paths.InFolder))
        {
            if (path != log)
                disk.Delete(path);
        }
    }

    /// <summary>Removes what a compaction left that broke off. Its log must be gone already.</summary>
    public static void DeleteTemporaries(IDisk disk, MailboxPaths paths)
    {
        var temporaries = disk.List(paths.Folder).Where(MailboxPaths.IsTemporary).ToList();
        if (temporaries.Count == 0)
            return;
        // A log without its new mailbox file would look as if that had been renamed: the log goes first, for good.
        disk.FlushFolder(paths.Folder);
        temporaries.ForEach(name => disk.Delete(paths.InFolder(name)));
    }

    /// <summary>The mailbox file that this log is about waits to be renamed yet.</summary>
    private static bool IsAhead(IReadOnlyList<string> names, MailboxPaths paths, LogImage image) =>
        names.Any(name => paths.InFolder(name) == paths.NewFile(image.Header.SnapshotId));

    private static bool IsBetter(LogImage image, LogImage best, FileStat? stat)
    {
        // Inode numbers are used again, hence the whole stat.
        var (isOfFile, bestIsOfFile) = (image.State.Stat == stat, best.State.Stat == stat);
        return isOfFile == bestIsOfFile ? image.Header.Generation > best.Header.Generation : isOfFile;
    }
}
