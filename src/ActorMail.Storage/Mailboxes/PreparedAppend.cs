using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// Messages that are on the disk, and that nobody sees before <see cref="Mailbox.Commit"/>. After a crash they were
/// never there.
/// </summary>
public sealed class PreparedAppend
{
    internal PreparedAppend(long start, long end, IReadOnlyList<MailboxEntry> entries, FileStat stat) =>
        (Start, End, Entries, Stat) = (start, end, entries, stat);

    /// <summary>How many messages there are.</summary>
    public int Count => Entries.Count;

    internal long Start { get; }

    internal long End { get; }

    internal IReadOnlyList<MailboxEntry> Entries { get; }

    /// <summary>Of the mailbox file with these messages.</summary>
    internal FileStat Stat { get; }
}
