using ActorMail.Protocols.Mail;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// Tells the operator why durable changes of a mailbox are not in its file yet: once for each reason, until they are.
/// </summary>
internal sealed class MailboxWait(StoreContext store, MailboxName name)
{
    /// <summary>Mail programs lock a file for moments; a longer lock is worth a line.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(10);

    private string? _told;
    private long? _since;

    /// <param name="reason">Null if nothing waits.</param>
    /// <param name="isCommon">It is no fault unless it lasts.</param>
    public void Tell(string? reason, bool isCommon)
    {
        _since = reason is null ? null : _since ?? store.Time.GetTimestamp();
        if (reason is null)
            _told = null;
        else if (reason != _told && (!isCommon || store.Time.GetElapsedTime(_since!.Value) >= Long))
            store.Report($"Mailbox {name} waits to be written: {_told = reason}");
    }
}
