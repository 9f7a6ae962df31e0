namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// What the next change of a mailbox gets: behind everything that is in its files, and everything that is on its way
/// there.
/// </summary>
internal sealed class MailboxTail
{
    public uint UidNext { get; private set; }

    public ulong Modseq { get; private set; }

    public long End { get; private set; }

    public void Reset(MailboxState state, MailboxLane lane)
    {
        (UidNext, Modseq, End) = (state.UidNext, state.Modseq, state.End);
        foreach (var change in lane.Unapplied.Concat(lane.ListUnderWay()))
        {
            // What has its place in an earlier layout is in this one already.
            if (change is not AppendChange append || append.Generation == state.Generation)
                Advance(change);
        }
    }

    public MailboxUsage UsageWith(MailboxState state) =>
        new(state.LiveLength + End - state.End, state.Messages.Length + (UidNext - state.UidNext));

    public void Advance(MailboxChange change)
    {
        Modseq = Math.Max(Modseq, change.Modseq);
        if (change is AppendChange { Message: var message })
            (UidNext, End) = (Math.Max(UidNext, message.Uid + 1), message.End);
    }
}
