using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// The logs in the folder of a mailbox: one, save while a new mailbox file takes the place of the old one and each has
/// its own.
/// </summary>
internal static class MailboxLogs
{
    /// <summary>The log that belongs to the mailbox file, or null. Changes nothing.</summary>
    /// <param name="stat">Of the mailbox file as it is.</param>
    public static LogImage? Load(IDisk disk, MailboxPaths paths, FileStat? stat)
    {
        var names = disk.List(paths.Folder);
        LogImage? best = null;
        foreach (var name in names.Where(MailboxPaths.IsLog))
        {
            if (LogImage.Load(disk, paths.InFolder(name)) is { } image && !IsAhead(names, paths, image)
                && (best is null || IsBetter(image, best, stat)))
            {
                best = image;
            }
        }

        return best;
    }

    /// <summary>The highest there is, so that the next log is newer than all.</summary>
    public static uint LastGeneration(IDisk disk, MailboxPaths paths) => disk.List(paths.Folder)
        .Where(MailboxPaths.IsLog)
        .Select(name => LogImage.Load(disk, paths.InFolder(name))?.Header.Generation ?? 0)
        .DefaultIfEmpty().Max();

    /// <summary>Removes what is left of a compaction that broke off, and logs that have had their day.</summary>
    public static void DeleteOthers(IDisk disk, MailboxPaths paths, string? log)
    {
        var names = disk.List(paths.Folder);
        var others = names.Where(MailboxPaths.IsLog).Select(paths.InFolder).Where(path => path != log).ToList();
        others.ForEach(disk.Delete);
        var temporaries = names.Where(MailboxPaths.IsTemporary).ToList();
        if (temporaries.Count == 0)
            return;
        // A log without its new mailbox file would look as if that had been renamed: the log goes first, for good.
        if (others.Count > 0)
            disk.FlushFolder(paths.Folder);
        temporaries.ForEach(name => disk.Delete(paths.InFolder(name)));
    }

    /// <summary>The mailbox file that this log is about waits to be renamed yet.</summary>
    private static bool IsAhead(IReadOnlyList<string> names, MailboxPaths paths, LogImage image) =>
        names.Any(name => paths.InFolder(name) == paths.NewFile(image.Header.SnapshotId));

    private static bool IsBetter(LogImage image, LogImage best, FileStat? stat)
    {
        var (isOfFile, bestIsOfFile) = (IsOf(image, stat), IsOf(best, stat));
        return isOfFile == bestIsOfFile ? image.Header.Generation > best.Header.Generation : isOfFile;
    }

    private static bool IsOf(LogImage image, FileStat? stat) =>
        stat is { } file && image.State.Stat is { } logged && file.IsSameFile(logged);
}
