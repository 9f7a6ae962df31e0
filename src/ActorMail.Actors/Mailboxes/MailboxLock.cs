using System.Collections.Immutable;
using ActorMail.Storage.Mailboxes;
using Akka.Actor;

namespace ActorMail.Actors.Mailboxes;

/// <summary>
/// Who has the mailbox to itself, and what it was shown. The file of that moment stays open until the lock is given
/// back, whatever is appended, compacted or changed from outside meanwhile.
/// </summary>
internal sealed class MailboxLock
{
    private readonly SharedFile? _content;
    private readonly uint _generation;

    public MailboxLock(IActorRef owner, Mailbox mailbox)
    {
        (Owner, View, _content, _generation) = (owner, mailbox.View, mailbox.Content, mailbox.Generation);
        _content?.AddReference();
    }

    public IActorRef Owner { get; }

    public MailboxView View { get; }

    /// <summary>
    /// Null for a message that was not shown, and for one that another program has written over in the very file that
    /// the session reads.
    /// </summary>
    public MessageSlice? Slice(uint uid, Mailbox mailbox)
    {
        if (_content is null || View.Messages.IndexOf(uid) is not (>= 0 and var index))
            return null;

        var message = View.Messages[index];
        var isSure = mailbox.Generation == _generation && mailbox.IsAsLeft;
        return isSure || Mailbox.IsIntact(message, _content) ? Mailbox.SliceOf(message, _content) : null;
    }

    /// <summary>Messages behind this one, unless one of them is longer than that; none of them is looked at.</summary>
    public ImmutableArray<MessageSlice> SlicesBehind(uint uid, int count, int maxLength)
    {
        var first = View.Messages.IndexOf(uid) + 1;
        var slices = ImmutableArray.CreateBuilder<MessageSlice>(Math.Min(count, View.Messages.Length - first));
        while (slices.Count < slices.Capacity && View.Messages[first + slices.Count] is var message
            && message.Length <= maxLength)
        {
            slices.Add(Mailbox.SliceOf(message, _content!));
        }

        return slices.DrainToImmutable();
    }

    public void Release() => _content?.Release();
}
