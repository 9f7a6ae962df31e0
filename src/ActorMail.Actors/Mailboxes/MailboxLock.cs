using ActorMail.Storage.Mailboxes;
using Akka.Actor;

namespace ActorMail.Actors.Mailboxes;

/// <summary>
/// Who has the mailbox to itself, and what it was shown. The file of that moment stays open until the lock is given
/// back, whatever is appended, compacted or changed from outside meanwhile.
/// </summary>
internal sealed class MailboxLock
{
    private readonly MailboxContent _content;

    public MailboxLock(IActorRef owner, MailboxView view, MailboxContent content)
    {
        (Owner, View, _content) = (owner, view, content);
        content.AddReference();
    }

    public IActorRef Owner { get; }

    public MailboxView View { get; }

    /// <summary>
    /// Null for a message that was not shown, and for one that another program has written over in the very file that
    /// the session reads.
    /// </summary>
    public MessageSlice? Slice(uint uid, Mailbox mailbox)
    {
        if (Find(uid) is not { } message)
            return null;

        mailbox.Refresh();
        return mailbox.UidValidity == View.UidValidity || mailbox.IsIntact(message, _content)
            ? _content.Slice(message)
            : null;
    }

    public void Release() => _content.Release();

    /// <summary>UIDs rise in the order of the file.</summary>
    private StoredMessage? Find(uint uid)
    {
        var (low, high) = (0, View.Messages.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var message = View.Messages[middle];
            if (message.Uid == uid)
                return message;

            if (message.Uid < uid)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return null;
    }
}
