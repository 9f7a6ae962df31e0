using System.Collections;
using System.Runtime.CompilerServices;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// Messages of a view, by UID. A view of a hundred thousand messages costs nothing to take: it shares its blocks with
/// the mailbox, which only ever writes behind the end of it.
/// </summary>
[CollectionBuilder(typeof(MessageList), nameof(Create))]
public readonly struct MessageList : IReadOnlyList<StoredMessage>
{
    private readonly MessageBlock[]? _blocks;
    private readonly int _used;

    internal MessageList(MessageBlock[] blocks, int used, int length) =>
        (_blocks, _used, Length) = (blocks, used, length);

    public int Length { get; }

    public int Count => Length;

    public bool IsEmpty => Length == 0;

    public StoredMessage this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Length);
            var block = _blocks![BlockOf(index)];
            return block.Room.Span[index - block.Start];
        }
    }

    /// <summary>A list of its own, in rising order of UIDs.</summary>
    public static MessageList Create(ReadOnlySpan<StoredMessage> messages) =>
        MessageBlocks.Of(messages.ToArray()).List;

    /// <summary>The index of a UID, or a negative number.</summary>
    public int IndexOf(uint uid)
    {
        var index = FirstFrom(uid);
        return index < Length && this[index].Uid == uid ? index : -1;
    }

    public IEnumerator<StoredMessage> GetEnumerator()
    {
        for (var number = 0; number < _used; number++)
        {
            var block = MessagesOf(number);
            for (var i = 0; i < block.Length; i++)
                yield return block.Span[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The index of the first message with this UID or a higher one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // One deletion may call it a hundred thousand times.
    internal int FirstFrom(long uid)
    {
        // Messages are large: they are compared where they stand, by blocks first.
        var (low, high) = (0, _used);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _blocks![middle].Room.Span[0].Uid < uid ? (middle + 1, high) : (low, middle);
        }

        if (low == 0)
            return 0;
        var start = _blocks![low - 1].Start;
        var messages = MessagesOf(low - 1).Span;
        (low, high) = (0, messages.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = messages[middle].Uid < uid ? (middle + 1, high) : (low, middle);
        }

        return start + low;
    }

    /// <summary>Octets of the entries of a range of messages.</summary>
    internal long EntryLength(int first, int end)
    {
        var octets = 0L;
        while (first < end)
        {
            var (all, from) = MessagesFrom(first);
            var piece = all.Span[from..Math.Min(all.Length, from + end - first)];
            foreach (ref readonly var message in piece)
                octets += message.EntryLength;
            first += piece.Length;
        }

        return octets;
    }

    /// <summary>The messages in their order, in as many pieces as there are blocks.</summary>
    internal IEnumerable<ReadOnlyMemory<StoredMessage>> Pieces()
    {
        for (var number = 0; number < _used; number++)
            yield return MessagesOf(number);
    }

    /// <summary>The number of the block that has a message.</summary>
    internal int BlockOf(int index)
    {
        // Most blocks are full.
        var guess = Math.Min(index / MessageBlocks.Largest, _used - 1);
        if (_blocks![guess].Start <= index && (guess == _used - 1 || index < _blocks[guess + 1].Start))
            return guess;
        var (low, high) = (0, _used - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = _blocks[middle].Start <= index ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    /// <summary>The messages of the block that has this one, and where it stands there.</summary>
    internal (ReadOnlyMemory<StoredMessage> Messages, int Index) MessagesFrom(int index)
    {
        var number = BlockOf(index);
        return (MessagesOf(number), index - _blocks![number].Start);
    }

    /// <summary>The whole room of the block that has this message.</summary>
    internal Memory<StoredMessage> RoomFrom(int index) => _blocks![BlockOf(index)].Room;

    /// <summary>Whether a message is there, under its UID and with its content.</summary>
    internal bool Has(in StoredMessage message) => IndexOf(message.Uid) is >= 0 and var index
        && this[index].Fingerprint == message.Fingerprint;

    private ReadOnlyMemory<StoredMessage> MessagesOf(int number)
    {
        var block = _blocks![number];
        return block.Room[..((number + 1 < _used ? _blocks[number + 1].Start : Length) - block.Start)];
    }
}
