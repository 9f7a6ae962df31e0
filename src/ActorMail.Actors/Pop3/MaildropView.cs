using System.Collections;
using ActorMail.Protocols.Mime;
using ActorMail.Protocols.Pop3;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Actors.Pop3;

/// <summary>
/// The messages of a mailbox as a session's dialog sees them. It shares the view's memory: to open a mailbox of a
/// hundred thousand messages copies none of them.
/// </summary>
internal sealed class MaildropView(MessageList messages) : IReadOnlyList<MaildropEntry>
{
    public int Count => messages.Length;

    public MaildropEntry this[int index] => EntryOf(messages[index]);

    public IEnumerator<MaildropEntry> GetEnumerator()
    {
        foreach (var message in messages)
            yield return EntryOf(message);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static MaildropEntry EntryOf(in StoredMessage message) =>
        new(message.Uid, message.WireLength, SurrogateHeader.MayBeNeeded(message.Traits));
}
