using ActorMail.Protocols.Mail;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// A new mailbox file and its index, both written and flushed under names of their own, are to take the place of the
/// old ones.
/// </summary>
public sealed class CompactChange : MailboxChange
{
    internal CompactChange(MailboxName mailbox, MailboxLane lane, uint uidValidity, Compaction compaction, ulong inode)
        : base(mailbox, lane, uidValidity, compaction.State!.Modseq) => (Compaction, Inode) = (compaction, inode);

    internal Compaction Compaction { get; }

    /// <summary>Of the new file.</summary>
    internal ulong Inode { get; }
}
