using ActorMail.Storage.Mailboxes;

namespace ActorMail.Actors.Mailboxes;

/// <summary>Gives a delivery its place in a mailbox, if the quotas of the mailbox and of its domain have room.</summary>
internal static class QuotaGate
{
    /// <summary>Null if there is no room; the delivery has then been refused.</summary>
    public static AppendChange? Reserve(QuotaLedger? quotas, Mailbox mailbox, QueuedAppend append)
    {
        var fault = TryReserve(quotas, mailbox, append, out var change);
        // Another program may have made room.
        if (fault is AppendFault.OverQuota && !mailbox.IsAsLeft && mailbox.Refresh())
            fault = TryReserve(quotas, mailbox, append, out change);
        if (fault is { } reason)
            append.Refuse(reason);
        return change;
    }

    private static AppendFault? TryReserve(
        QuotaLedger? quotas, Mailbox mailbox, QueuedAppend append, out AppendChange? change)
    {
        change = mailbox.Reserve(append.Reserve.Draft);
        change.Origin = append;
        // Only with its place is it known how much it takes: the From line and our trace fields are stored, too.
        if (quotas?.TryTake(mailbox.Name, mailbox.Usage, change.Octets) is not { } fault)
            return null;

        mailbox.Cancel(change);
        change = null;
        return fault;
    }
}
