using System.Collections;
using System.Runtime.CompilerServices;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// Messages of a view, by UID. A view of a hundred thousand messages costs nothing to take: it shares its array with
/// the mailbox, which only ever writes behind the end of it.
/// </summary>
[CollectionBuilder(typeof(MessageList), nameof(Create))]
public readonly struct MessageList : IReadOnlyList<StoredMessage>
{
    private readonly StoredMessage[]? _messages;

    internal MessageList(StoredMessage[] messages, int length) => (_messages, Length) = (messages, length);

    public int Length { get; }

    public int Count => Length;

    public bool IsEmpty => Length == 0;

    public StoredMessage this[int index] => Span[index];

    internal ReadOnlySpan<StoredMessage> Span => _messages.AsSpan(0, Length);

    /// <summary>A list of its own, in rising order of UIDs.</summary>
    public static MessageList Create(ReadOnlySpan<StoredMessage> messages) => new(messages.ToArray(), messages.Length);

    /// <summary>The index of a UID, or a negative number.</summary>
    public int IndexOf(uint uid)
    {
        var messages = Span;
        var (low, high) = (0, messages.Length - 1);
        while (low <= high)
        {
            var middle = (int)(((uint)low + (uint)high) / 2);
            var found = messages[middle].Uid;
            if (found == uid)
                return middle;
            (low, high) = found < uid ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    /// <summary>Whether a message is there, under its UID and with its content.</summary>
    internal bool Has(in StoredMessage message) => IndexOf(message.Uid) is >= 0 and var index
        && Span[index].Fingerprint == message.Fingerprint;

    public IEnumerator<StoredMessage> GetEnumerator()
    {
        for (var i = 0; i < Length; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
