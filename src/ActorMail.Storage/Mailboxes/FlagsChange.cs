using ActorMail.Protocols.Mail;

namespace ActorMail.Storage.Mailboxes;

/// <summary>Messages whose flags change.</summary>
public sealed class FlagsChange : MailboxChange
{
    internal FlagsChange(
        MailboxName mailbox, MailboxLane lane, uint uidValidity, ulong modseq, UidRange[] ranges, FlagChange change)
        : base(mailbox, lane, uidValidity, modseq) => (Ranges, Change) = (ranges, change);

    internal UidRange[] Ranges { get; }

    internal FlagChange Change { get; }
}
