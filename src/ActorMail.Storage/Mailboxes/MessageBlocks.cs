namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// The messages of a mailbox in blocks, so that a change of one message costs a copy of its block and not of a hundred
/// thousand messages. What a view shares with us is never changed: a block that would be gets a copy, and messages are
/// added only where no view has looked.
/// </summary>
internal sealed class MessageBlocks
{
    public const int Largest = 512;
    private const int Smallest = 16;

    private MessageBlock[] _blocks = [];
    private int _used;
    private int _count;

    public int Count => _count;

    public MessageList List => new(_blocks, _used, _count);

    /// <summary>Takes messages that nobody else will change.</summary>
    public static MessageBlocks Of(StoredMessage[] messages)
    {
        var count = (messages.Length + Largest - 1) / Largest;
        var blocks = new MessageBlock[count];
        for (var i = 0; i < count; i++)
        {
            var start = i * Largest;
            blocks[i] = new MessageBlock(messages.AsMemory(start, Math.Min(Largest, messages.Length - start)), start);
        }

        return new MessageBlocks { _blocks = blocks, _used = count, _count = messages.Length };
    }

    public void Append(ReadOnlySpan<StoredMessage> messages)
    {
        while (!messages.IsEmpty)
        {
            var room = RoomAtEnd(messages.Length);
            var piece = messages[..Math.Min(messages.Length, room.Length)];
            piece.CopyTo(room);
            _count += piece.Length;
            messages = messages[piece.Length..];
        }
    }

    /// <summary>Removes what is there of ranges of UIDs, in rising order; gives the octets of their entries.</summary>
    public long Remove(ReadOnlySpan<UidRange> ranges)
    {
        var (before, octets, at) = (List, 0L, 0);
        var kept = new KeptMessages(before);
        foreach (var range in ranges)
        {
            var (first, end) = (before.FirstFrom(range.First), before.FirstFrom(range.Last + 1L));
            if (first >= end)
                continue;
            kept.Keep(at, first);
            octets += before.EntryLength(first, end);
            at = end;
        }

        if (at == 0)
            return 0;
        kept.Keep(at, before.Length);
        _blocks = kept.ToBlocks();
        (_used, _count) = (_blocks.Length, kept.Count);
        return octets;
    }

    /// <summary>Changes each message of ranges of UIDs.</summary>
    public void Update(ReadOnlySpan<UidRange> ranges, Func<StoredMessage, StoredMessage> change)
    {
        var (before, blocks, copied) = (List, _blocks.AsSpan(0, _used).ToArray(), -1);
        foreach (var range in ranges)
        {
            var last = before.FirstFrom(range.Last + 1L);
            for (var i = before.FirstFrom(range.First); i < last; i++)
            {
                var number = before.BlockOf(i);
                if (number > copied)
                {
                    blocks[number] = blocks[number] with { Room = blocks[number].Room.ToArray() };
                    copied = number;
                }

                ref var message = ref blocks[number].Room.Span[i - blocks[number].Start];
                message = change(message);
            }
        }

        _blocks = blocks;
    }

    /// <summary>Room for at least one message more.</summary>
    private Span<StoredMessage> RoomAtEnd(int wanted)
    {
        var inLast = _used == 0 ? 0 : _count - _blocks[_used - 1].Start;
        if (_used > 0 && inLast < _blocks[_used - 1].Room.Length)
            return _blocks[_used - 1].Room.Span[inLast..];
        // A view has the table, too, so a block that grows is one of a new table.
        var grows = _used > 0 && inLast < Largest;
        var room = new StoredMessage[Math.Clamp((grows ? inLast * 2 : 0) + wanted, Smallest, Largest)];
        if (grows)
            _blocks[_used - 1].Room.CopyTo(room);
        var start = grows ? _blocks[_used - 1].Start : _count;
        var used = grows ? _used : _used + 1;
        var blocks = grows || used > _blocks.Length ? new MessageBlock[used + (used / 4)] : _blocks;
        if (blocks != _blocks)
            _blocks.AsSpan(0, _used).CopyTo(blocks);
        blocks[used - 1] = new MessageBlock(room, start);
        (_blocks, _used) = (blocks, used);
        return room.AsSpan(_count - start);
    }
}
