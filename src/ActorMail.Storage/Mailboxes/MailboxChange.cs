using ActorMail.Protocols.Mail;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// One mailbox's part of a journal record: what is to happen to it, and how far that has got.
/// <code>
/// Reserved --TryCancel--> Cancelled
/// Reserved --TryBegin--> Begun --journal--> Committed | Refused
/// </code>
/// </summary>
public abstract class MailboxChange
{
    private int _phase;

    private protected MailboxChange(MailboxName mailbox, MailboxLane lane, uint uidValidity, ulong modseq) =>
        (Mailbox, Lane, UidValidity, Modseq) = (mailbox, lane, uidValidity, modseq);

    private enum Phase
    {
        Reserved,
        Cancelled,
        Begun,
        Committed,
        Refused,
    }

    public MailboxName Mailbox { get; }

    /// <summary>The journal has it on stable storage.</summary>
    public bool IsCommitted => Volatile.Read(ref _phase) == (int)Phase.Committed;

    /// <summary>Who asked for it, for whoever hands on what became of it.</summary>
    public object? Origin { get; set; }

    internal MailboxLane Lane { get; }

    internal uint UidValidity { get; }

    internal ulong Modseq { get; }

    internal MailboxRecord? Record { get; set; }

    internal bool TryBegin() => TryMove(Phase.Reserved, Phase.Begun);

    internal bool TryCancel() => TryMove(Phase.Reserved, Phase.Cancelled);

    internal void Commit()
    {
        _ = TryMove(Phase.Begun, Phase.Committed);
        Lane.Settle(this);
    }

    internal void Refuse()
    {
        if (TryMove(Phase.Begun, Phase.Refused) || TryMove(Phase.Reserved, Phase.Refused))
            Lane.Settle(this);
    }

    private bool TryMove(Phase from, Phase to) =>
        Interlocked.CompareExchange(ref _phase, (int)to, (int)from) == (int)from;
}
