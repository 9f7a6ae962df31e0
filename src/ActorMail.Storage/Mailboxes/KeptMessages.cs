namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// The blocks of what stays when messages are removed. A block that stays whole is shared with the views that have it;
/// pieces of blocks are put together, so that a deletion here and there does not leave a block for each message.
/// </summary>
internal sealed class KeptMessages(MessageList before)
{
    private readonly List<MessageBlock> _blocks = [];
    private StoredMessage[] _pieces = [];
    private int _inPieces;

    /// <summary>Messages kept so far.</summary>
    public int Count { get; private set; }

    /// <summary>Keeps a range of messages behind those that are kept already.</summary>
    public void Keep(int first, int end)
    {
        while (first < end)
        {
            var (all, from) = before.MessagesFrom(first);
            var length = Math.Min(all.Length - from, end - first);
            // Only a whole block may be added to later, which nobody has looked behind.
            if (from == 0 && length == all.Length)
                KeepBlock(before.RoomFrom(first), length);
            else
                KeepPiece(all.Span.Slice(from, length), mostToCome: before.Length - first);
            first += length;
        }
    }

    public MessageBlock[] ToBlocks()
    {
        EndPieces();
        return [.. _blocks];
    }

    private void KeepBlock(Memory<StoredMessage> room, int length)
    {
        EndPieces();
        _blocks.Add(new MessageBlock(room, Count));
        Count += length;
    }

    private void KeepPiece(ReadOnlySpan<StoredMessage> piece, int mostToCome)
    {
        while (!piece.IsEmpty)
        {
            if (_inPieces == _pieces.Length)
            {
                EndPieces();
                _pieces = new StoredMessage[Math.Min(MessageBlocks.Largest, mostToCome)];
            }

            var now = piece[..Math.Min(piece.Length, _pieces.Length - _inPieces)];
            now.CopyTo(_pieces.AsSpan(_inPieces));
            (_inPieces, Count) = (_inPieces + now.Length, Count + now.Length);
            mostToCome -= now.Length;
            piece = piece[now.Length..];
        }
    }

    private void EndPieces()
    {
        if (_inPieces > 0)
            _blocks.Add(new MessageBlock(_pieces, Count - _inPieces));
        (_pieces, _inPieces) = ([], 0);
    }
}
