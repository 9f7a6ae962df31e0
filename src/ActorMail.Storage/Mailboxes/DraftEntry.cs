using ActorMail.Protocols.Wire;
using ActorMail.Storage.Files;
using ActorMail.Storage.Mailboxes.Foreign;

namespace ActorMail.Storage.Mailboxes;

/// <summary>A message about to be written, with what surrounds it in the file, summed up.</summary>
internal sealed class DraftEntry
{
    private readonly MessageDraft _draft;
    private readonly int _fromLength;
    private readonly byte[] _prefix;

    public DraftEntry(MessageDraft draft)
    {
        _draft = draft;
        _prefix = draft.Body.Traits.HasFlag(BodyTraits.Raw) ? WithReturns(draft.Prefix.Span) : [.. draft.Prefix.Span];
        var fromLine = FromLine.Compose(draft.Sender, draft.ReceivedAt);
        _fromLength = fromLine.Length;
        Head = (byte[])[.. fromLine, .. _prefix];
    }

    /// <summary>
    /// <c>From </c> line and trace fields; these end with CRLF in front of a raw body, whose kind their first line
    /// tells.
    /// </summary>
    public ReadOnlyMemory<byte> Head { get; }

    /// <summary>As it stands at an offset of a mailbox file.</summary>
    public StoredMessage At(long offset, uint uid, ulong modseq)
    {
        var prefix = _prefix.AsSpan();
        var body = _draft.Body;
        var endsInPrefix = EntryReader.BlankLineAtEnd(prefix, isWhole: true) > 0;
        var headerLength = prefix.Length + (endsInPrefix ? 0 : body.HeaderLength);
        var padLength = 1 + (EndsLine() ? 0 : 1) + (endsInPrefix || HasSeparator(headerLength) ? 0 : 1);
        var (checksum, content) = (Crc32C.Compute(Head.Span), Crc32C.Compute(prefix));
        var fingerprint = new Fingerprint();
        fingerprint.Add(prefix);
        body.ForEach(piece =>
        {
            checksum = Crc32C.Append(checksum, piece);
            content = Crc32C.Append(content, piece);
            fingerprint.Add(piece);
        });
        return new StoredMessage
        {
            Uid = uid,
            Modseq = modseq,
            Flags = _draft.Flags,
            Traits = TraitsOf(prefix, body.Traits, endsInPrefix),
            Offset = offset,
            FromLength = _fromLength,
            Length = prefix.Length + body.Length,
            PadLength = padLength,
            WireLength = _draft.Prefix.Length + _draft.Prefix.Span.Count((byte)'\n') + body.WireLength,
            HeaderLength = headerLength,
            ReceivedAt = _draft.ReceivedAt.ToUnixTimeMilliseconds(),
            Checksum = Crc32C.Append(checksum, AppendChange.LineEnds[..padLength]),
            ContentChecksum = content,
            Fingerprint = fingerprint.Result,
        };
    }

    private static byte[] WithReturns(ReadOnlySpan<byte> text)
    {
        List<byte> octets = new(text.Length + text.Count((byte)'\n'));
        foreach (var octet in text)
            octets.AddRange(octet == '\n' ? "\r\n"u8 : [octet]);
        return [.. octets];
    }

    /// <summary>Fields in front of a header are a part of it; behind a blank line nothing is.</summary>
    private static BodyTraits TraitsOf(ReadOnlySpan<byte> prefix, BodyTraits body, bool endsInPrefix)
    {
        if (prefix.ContainsAnyInRange((byte)0x80, (byte)0xff))
            return (body | BodyTraits.EightBit) & ~BodyTraits.HeaderIsAscii;
        return endsInPrefix && body.HasFlag(BodyTraits.EightBit) ? body | BodyTraits.HeaderIsAscii : body;
    }

    private bool EndsLine()
    {
        if (_draft.Body.Length == 0)
            return _prefix is [] or [.., (byte)'\n'];
        Span<byte> last = stackalloc byte[1];
        return _draft.Body.Read(_draft.Body.Length - 1, last) == 1 && last[0] == '\n';
    }

    /// <summary>Whether a blank line is where the header ends. Without one GNU mailutils joins two messages.</summary>
    private bool HasSeparator(int headerLength)
    {
        var prefix = _prefix.AsSpan();
        var fromBody = Math.Min(3, _draft.Body.HeaderLength);
        var fromPrefix = Math.Min(3 - fromBody, prefix.Length);
        Span<byte> tail = stackalloc byte[fromPrefix + fromBody];
        prefix[^fromPrefix..].CopyTo(tail);
        _draft.Body.Read(_draft.Body.HeaderLength - fromBody, tail[fromPrefix..]);
        return EntryReader.BlankLineAtEnd(tail, isWhole: tail.Length == headerLength) > 0;
    }
}
