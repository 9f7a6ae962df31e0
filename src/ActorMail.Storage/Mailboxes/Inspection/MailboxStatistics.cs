using System.Collections.Immutable;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes.Inspection;

/// <summary>
/// A mailbox in figures, seen from outside: what is in its files, whatever a running server is about.
/// </summary>
public sealed record MailboxStatistics
{
    public required MailboxName Mailbox { get; init; }

    public int Messages { get; init; }

    /// <summary>Messages that are not marked as seen.</summary>
    public int Unread { get; init; }

    /// <summary>Messages that are marked as deleted and still there.</summary>
    public int MarkedDeleted { get; init; }

    /// <summary>Octets of all messages as a client fetches them.</summary>
    public long WireLength { get; init; }

    /// <summary>Octets of the mailbox file.</summary>
    public long FileLength { get; init; }

    /// <summary>Octets of deleted messages that are in the file yet.</summary>
    public long DeadLength { get; init; }

    /// <summary>Octets of the index file.</summary>
    public long IndexLength { get; init; }

    /// <summary>
    /// 0 if there is no index that can be read: then every number is one that the server will give anew.
    /// </summary>
    public uint UidValidity { get; init; }

    public uint UidNext { get; init; }

    public ulong Modseq { get; init; }

    public ImmutableArray<string> Keywords { get; init; } = [];

    /// <summary>When the first message that is still there came in; null if there is none.</summary>
    public DateTimeOffset? Oldest { get; init; }

    public DateTimeOffset? Newest { get; init; }

    /// <summary>Changes in the journal that a start would write again.</summary>
    public int Journaled { get; init; }

    /// <summary>Those of them that are not in the mailbox yet.</summary>
    public int Waiting { get; init; }

    /// <summary>No other program has written to the file since the server did.</summary>
    public bool IsAsLeft { get; init; }

    public static MailboxStatistics Read(string root, MailboxName name)
    {
        // The journal first: what is applied between the two looks does not wait any more.
        var (disk, paths) = (RealDisk.Instance, new MailboxPaths(root, name));
        var journal = JournalLook.Take(disk, root);
        using var reader = MailStore.OpenReadOnly(root, name);
        var (view, messages) = (reader.View, reader.View.Messages);
        var state = MailboxIndex.Load(disk, paths);
        return new MailboxStatistics
        {
            Mailbox = name,
            Messages = messages.Length,
            Unread = messages.Count(message => !message.Flags.HasFlag(MessageMarks.Seen)),
            MarkedDeleted = messages.Count(message => message.Flags.HasFlag(MessageMarks.Deleted)),
            WireLength = messages.Sum(message => message.WireLength),
            FileLength = reader.FileLength,
            DeadLength = reader.DeadLength,
            IndexLength = disk.Stat(paths.Index)?.Size ?? 0,
            UidValidity = view.UidValidity,
            UidNext = view.UidNext,
            Modseq = view.Modseq,
            Keywords = view.Keywords,
            Oldest = messages.IsEmpty ? null : At(messages.Min(message => message.ReceivedAt)),
            Newest = messages.IsEmpty ? null : At(messages.Max(message => message.ReceivedAt)),
            Journaled = journal.CountOf(name),
            Waiting = journal.WaitingOf(name, state),
            IsAsLeft = reader.IsAsLeft,
        };
    }

    private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
