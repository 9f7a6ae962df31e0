namespace ActorMail.Storage.Mailboxes;

/// <summary>What is durable and not in the files of a mailbox yet.</summary>
/// <param name="Appends">Messages, in the order of their places; some may have been written.</param>
/// <param name="Others">Deletions and flags, in their order, to be taken into the mailbox as it was found.</param>
internal sealed record PendingChanges(
    IReadOnlyList<IEntrySource> Appends, IReadOnlyList<Action<MailboxState>> Others)
{
    public bool IsEmpty => Appends.Count == 0 && Others.Count == 0;

    public static PendingChanges Of(IEnumerable<MailboxChange> changes)
    {
        List<IEntrySource> appends = [];
        List<Action<MailboxState>> others = [];
        foreach (var change in changes)
        {
            switch (change)
            {
                case AppendChange append:
                    appends.Add(append);
                    break;
                case ExpungeChange expunge:
                    others.Add(Expunge(expunge.UidValidity, expunge.Modseq, expunge.Milliseconds, [.. expunge.Ranges]));
                    break;
                case FlagsChange flags:
                    others.Add(SetFlags(flags.UidValidity, flags.Modseq, flags.Change, [.. flags.Ranges]));
                    break;
                default:
                    // Who compacts finds another file than the one that was copied.
                    break;
            }
        }

        return new PendingChanges(appends, others);
    }

    public static Action<MailboxState> Expunge(uint uidValidity, ulong modseq, long milliseconds, UidRange[] ranges) =>
        state =>
        {
            if (state.UidValidity == uidValidity)
                state.Expunge(ranges, milliseconds, Math.Max(modseq, state.Modseq + 1));
        };

    public static Action<MailboxState> SetFlags(
        uint uidValidity, ulong modseq, FlagChange change, UidRange[] ranges) =>
        state =>
        {
            if (state.UidValidity == uidValidity)
                state.SetFlags(ranges, change, Math.Max(modseq, state.Modseq + 1));
        };
}
