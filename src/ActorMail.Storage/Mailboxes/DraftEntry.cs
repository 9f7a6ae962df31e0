using ActorMail.Protocols.Wire;

namespace ActorMail.Storage.Mailboxes;

/// <summary>A message about to be written, with what surrounds it in the file.</summary>
internal sealed class DraftEntry
{
    private static readonly byte[] LineEnds = [.. "\n\n\n"u8];

    private readonly MessageDraft _draft;
    private readonly byte[] _fromLine;
    private readonly int _headerLength;
    private readonly int _padLength;

    public DraftEntry(MessageDraft draft)
    {
        _draft = draft;
        _fromLine = FromLine.Compose(draft.Sender, draft.ReceivedAt);
        var prefix = draft.Prefix.Span;
        var endsInPrefix = EntryReader.BlankLineAtEnd(prefix, isWhole: true) > 0;
        _headerLength = prefix.Length + (endsInPrefix ? 0 : draft.Body.HeaderLength);
        _padLength = 1 + (EndsLine() ? 0 : 1) + (endsInPrefix || HasSeparator() ? 0 : 1);
    }

    public long Length => _fromLine.Length + _draft.Prefix.Length + _draft.Body.Length + _padLength;

    public MailboxEntry Write(EntryWriter writer)
    {
        var start = writer.Position;
        writer.BeginEntry();
        writer.Write(_fromLine, isContent: false);
        writer.Write(_draft.Prefix.Span, isContent: true);
        writer.Write(_draft.Body);
        writer.Write(LineEnds.AsSpan(0, _padLength), isContent: false);
        var (checksum, hash) = writer.EndEntry();
        var message = new StoredMessage(
            0,
            start,
            _fromLine.Length,
            _draft.Prefix.Length + _draft.Body.Length,
            _padLength,
            WireLengthOf(_draft.Prefix.Span) + _draft.Body.WireLength,
            _headerLength,
            _draft.Body.Traits | TraitsOf(_draft.Prefix.Span),
            _draft.ReceivedAt.ToUnixTimeMilliseconds(),
            checksum);
        return new MailboxEntry(message, hash);
    }

    private static long WireLengthOf(ReadOnlySpan<byte> prefix) => prefix.Length + prefix.Count((byte)'\n');

    private static BodyTraits TraitsOf(ReadOnlySpan<byte> prefix) =>
        prefix.ContainsAnyInRange((byte)0x80, (byte)0xff) ? BodyTraits.EightBit : BodyTraits.None;

    private bool EndsLine()
    {
        if (_draft.Body.Length == 0)
            return _draft.Prefix.Length == 0 || _draft.Prefix.Span[^1] == '\n';
        Span<byte> last = stackalloc byte[1];
        return _draft.Body.Read(_draft.Body.Length - 1, last) == 1 && last[0] == '\n';
    }

    /// <summary>Whether a blank line is where the header ends. Without one GNU mailutils joins two messages.</summary>
    private bool HasSeparator()
    {
        var prefix = _draft.Prefix.Span;
        var fromBody = Math.Min(3, _draft.Body.HeaderLength);
        var fromPrefix = Math.Min(3 - fromBody, prefix.Length);
        Span<byte> tail = stackalloc byte[fromPrefix + fromBody];
        prefix[^fromPrefix..].CopyTo(tail);
        _draft.Body.Read(_draft.Body.HeaderLength - fromBody, tail[fromPrefix..]);
        return EntryReader.BlankLineAtEnd(tail, isWhole: tail.Length == _headerLength) > 0;
    }
}
