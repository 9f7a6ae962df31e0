using System.Globalization;

namespace ActorMail.Storage.Mailboxes.Transfer;

/// <summary>
/// Reads an mbox file of whichever program, with LF or CRLF. A message begins at a plausible <c>From </c> line at the
/// beginning or behind a blank line; where the dialect has a Content-Length that leads to such a place, it is believed.
/// </summary>
public sealed class MboxReader : MessageSource
{
    private readonly Stream _stream;
    private readonly MboxDialect _dialect;
    private readonly LineFeed _feed;
    private byte[]? _fromLine;
    private bool _isStarted;
    private int _number;

    /// <param name="stream">The file; it is closed with this reader.</param>
    /// <param name="dialect">How it is quoted. One with Content-Length needs a stream that can seek.</param>
    public MboxReader(Stream stream, MboxDialect dialect)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (dialect is MboxDialect.Mboxcl or MboxDialect.Mboxcl2 && !stream.CanSeek)
            throw new ArgumentException("A Content-Length cannot be tried out on this stream.", nameof(stream));
        (_stream, _dialect, _feed) = (stream, dialect, new LineFeed(stream.Read));
    }

    public override long Position => _feed.Position;

    public override long? Length => _stream.CanSeek ? _stream.Length : null;

    internal override bool HasForeignFields => true;

    private bool HasLengths => _dialect is MboxDialect.Mboxcl or MboxDialect.Mboxcl2;

    internal override SourceMessage? Read(Func<MessageImage> begin)
    {
        if (!_isStarted)
            Start();
        if (_fromLine is null)
            return null;
        FromLine.IsAt(_fromLine, out _, out var date);
        var sender = FromLine.SenderOf(_fromLine);
        _fromLine = null;
        var image = begin();
        try
        {
            ReadLines(image);
        }
        catch
        {
            image.Dispose();
            throw;
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"message {++_number}");
        return new SourceMessage(image, name, sender, date, StatusField.Flags(image["Status"], image["X-Status"]));
    }

    protected override void Dispose(bool isDisposing)
    {
        if (isDisposing)
            _stream.Dispose();
        base.Dispose(isDisposing);
    }

    private void Start()
    {
        _isStarted = true;
        while (_feed.MoveNext())
        {
            if (_feed.Piece.IsEmpty)
                continue;
            _fromLine = IsFromLine() ? _feed.Raw.ToArray() : null;
            if (_fromLine is null)
                throw new InvalidDataException("It does not begin with a From line, as an mbox file does.");
            return;
        }
    }

    private bool IsFromLine() => _feed is { Begins: true, Ends: true } && FromLine.IsAt(_feed.Raw, out _, out _);

    private void ReadLines(MessageImage image)
    {
        // The blank line in front of the next message is no part of this one: each waits for what follows it.
        var (isBlankHeld, bodyEnd) = (false, 0L);
        while (_feed.MoveNext())
        {
            var isCounted = _feed.Start < bodyEnd;
            if (isBlankHeld)
            {
                if (IsFromLine())
                {
                    _fromLine = _feed.Raw.ToArray();
                    return;
                }

                image.Add([], begins: true, ends: true);
                isBlankHeld = false;
            }

            if (isCounted || _feed is not { Begins: true, Ends: true, Piece.IsEmpty: true })
            {
                image.Add(_feed.Begins ? Unquoted(_feed.Piece) : _feed.Piece, _feed.Begins, _feed.Ends);
            }
            else if (image.IsInHeader && HasLengths && BodyEnd(image) is > 0 and var end)
            {
                image.Add([], begins: true, ends: true);
                bodyEnd = end;
            }
            else
            {
                isBlankHeld = true;
            }
        }
    }

    private ReadOnlySpan<byte> Unquoted(ReadOnlySpan<byte> line) => _dialect switch
    {
        _ when line.IsEmpty || line[0] != '>' => line,
        MboxDialect.Mboxrd when line.TrimStart((byte)'>').StartsWith("From "u8) => line[1..],
        MboxDialect.Mboxo or MboxDialect.Mboxcl when line[1..].StartsWith("From "u8) => line[1..],
        _ => line,
    };

    /// <summary>Where the body ends that begins here; 0 if its Content-Length leads to no end of a message.</summary>
    private long BodyEnd(MessageImage image)
    {
        if (!long.TryParse(image["Content-Length"], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            || length == 0 || length > _stream.Length - _feed.Position)
        {
            return 0;
        }

        var (end, place) = (_feed.Position + length, _stream.Position);
        Span<byte> next = stackalloc byte[FromLine.MaxLength + 4];
        _stream.Position = end;
        next = next[.._stream.ReadAtLeast(next, next.Length, throwOnEndOfStream: false)];
        _stream.Position = place;
        next = next.TrimStart("\r\n"u8);
        return next.IsEmpty || FromLine.IsAt(next, out _, out _) ? end : 0;
    }
}
