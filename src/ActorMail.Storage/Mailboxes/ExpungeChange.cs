using ActorMail.Protocols.Mail;

namespace ActorMail.Storage.Mailboxes;

/// <summary>Messages that are deleted, whatever else happens to their mailbox.</summary>
public sealed class ExpungeChange : MailboxChange
{
    internal ExpungeChange(
        MailboxName mailbox, MailboxLane lane, uint uidValidity, ulong modseq, UidRange[] ranges, long milliseconds)
        : base(mailbox, lane, uidValidity, modseq) => (Ranges, Milliseconds) = (ranges, milliseconds);

    internal UidRange[] Ranges { get; }

    internal long Milliseconds { get; }
}
