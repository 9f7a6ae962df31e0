using ActorMail.Protocols.Mail;

namespace ActorMail.Storage.Mailboxes;

/// <summary>Work on a mailbox while no server runs: what a server does by itself, all of it and now.</summary>
public static class MailboxUpkeep
{
    /// <summary>
    /// Writes the mailbox file anew without its deleted messages, and gives the octets that it has lost. Broken off,
    /// the mailbox is as it was.
    /// </summary>
    /// <param name="store">An open store.</param>
    /// <param name="name">The mailbox. Nobody else may have it open.</param>
    /// <param name="progress">Hears how many octets of how many are written.</param>
    /// <param name="cancellation">Ends it at the next step.</param>
    public static long Compact(
        MailStore store, MailboxName name, Action<long, long> progress, CancellationToken cancellation)
    {
        using var mailbox = store.OpenMailbox(name);
        if (!mailbox.IsAsLeft)
            throw Locked(name);
        store.DeleteLeftovers(name);
        var (before, deleted) = mailbox.Lengths;
        if (deleted == 0)
            return 0;
        using var compaction = mailbox.BeginCompaction();
        if (compaction is null)
            return 0;
        compaction.CopyLive(isSmall: true, cancellation, copied => progress(copied, before - deleted));
        if (mailbox.ReserveCompaction(compaction) is not { } change)
            throw Locked(name);
        var outcome = store.Append([MailboxRecord.Compact(change)]);
        _ = mailbox.Settle();
        if (outcome.Fault is { } fault)
            throw fault;
        if (!change.IsCommitted)
            throw new IOException("The journal is full.");
        return mailbox.Unapplied == 0 ? before - mailbox.Lengths.File : throw Locked(name);
    }

    private static IOException Locked(MailboxName name) =>
        new($"Another program is at work on the file of mailbox {name}; try again when it is done.");
}
