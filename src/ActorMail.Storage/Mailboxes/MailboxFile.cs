using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// The mailbox file being written to: only ever behind its end, and cut back to it when that fails. It knows what may
/// not be trusted any more.
/// </summary>
internal sealed class MailboxFile(StoreContext store, MailboxPaths paths)
{
    public MailboxContent Content { get; private set; } = MailboxContent.None();

    /// <summary>A flush failed: a later one proves nothing (fsyncgate), only a new file does.</summary>
    public bool IsSuspect { get; set; }

    /// <summary>A write that broke off and could not be cut off.</summary>
    public LogIntent? Broken { get; private set; }

    public void Swap(MailboxContent content)
    {
        Content.Release();
        (Content, Broken) = (content, null);
    }

    /// <summary>Line ends to be written first, where a stranger's last message has no blank line behind it.</summary>
    public int GapAt(long end) => end == 0 ? 0 : new EntryReader(store.Disk, Content.File).MissingLineEnds(0, end);

    /// <summary>Writes and flushes; a file that is not there yet is made, and its name flushed as well.</summary>
    public PreparedAppend Append(
        long start, int gap, long length, Func<EntryWriter, IReadOnlyList<MailboxEntry>> write)
    {
        var disk = store.Disk;
        var isNew = !Content.HasFile;
        if (isNew)
            Swap(new MailboxContent(disk.Open(paths.File, DiskAccess.CreateNew)));
        using var writer = new EntryWriter(disk, Content.File, start, gap + length);
        writer.Write("\n\n"u8[..gap], isContent: false);
        var entries = write(writer);
        writer.WriteOut();
        IsSuspect = true;
        disk.Flush(Content.File);
        if (isNew)
            disk.FlushFolder(paths.MailFolder);
        IsSuspect = false;
        return new PreparedAppend(start, start + gap + length, entries, disk.Stat(Content.File));
    }

    /// <summary>Cuts off what was written, and gives the stat of the file after that; null if it failed.</summary>
    public FileStat? CutBack(long start, long end)
    {
        if (!Content.HasFile)
            return null;
        try
        {
            var size = store.Disk.Stat(Content.File).Size;
            if (size < start || size > end)
            {
                store.Report($"Mailbox {paths.Name}: another program wrote to its file during a delivery.");
                return null;
            }

            store.Disk.Truncate(Content.File, start);
            return store.Disk.Stat(Content.File);
        }
        catch (IOException failure)
        {
            Broken = new LogIntent(start, end - start, store.Disk.BootId);
            store.Report(
                $"Mailbox {paths.Name}: a delivery that came to nothing could not be cut off: {failure.Message}");
            return null;
        }
    }

    /// <summary>A file that was emptied under our hands has a hole where the messages before ours were.</summary>
    public bool HasHoleBefore(PreparedAppend prepared)
    {
        var first = prepared.Entries.Count == 0 ? 0 : prepared.Entries[0].Message.Offset;
        Span<byte> before = stackalloc byte[1];
        return first > 0 && !(store.Disk.Read(Content.File, before, first - 1) == 1 && before[0] == '\n');
    }
}
