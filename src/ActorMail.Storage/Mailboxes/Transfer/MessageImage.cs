using System.Buffers;
using System.Text;
using ActorMail.Storage.Mailboxes.Foreign;

namespace ActorMail.Storage.Mailboxes.Transfer;

/// <summary>
/// A message on its way in, line by line, as it will be stored: mboxrd quoting, and LF line ends if it is text. It
/// remembers of the header what an import needs to know.
/// </summary>
internal sealed class MessageImage(BodyWriter body, long maxWireLength, bool dropsForeignFields) : IDisposable
{
    private const int MaxFieldLength = 8 * 1024;
    private static readonly string[] Wanted =
        ["Status", "X-Status", "X-IMAP", "Content-Length", "Received", "Return-Path", "Subject"];

    private readonly Dictionary<string, List<byte>> _fields = new(StringComparer.OrdinalIgnoreCase);
    private readonly ContentMeter _meter = new();
    private readonly Fingerprint _fingerprint = new();
    private List<byte>? _field;
    private bool _isDropping;
    private bool _isDisposed;

    /// <summary>Octets that a client would fetch; counted on when the message is too large.</summary>
    public long WireLength => _meter.WireLength;

    /// <summary>Longer than the limit: nothing of it is kept.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>The blank line has not come yet.</summary>
    public bool IsInHeader { get; private set; } = true;

    /// <summary>Knows the message again in a mailbox. Nothing may be added after it was asked for.</summary>
    public UInt128 Fingerprint => _fingerprint.Result;

    /// <summary>A field of the header, unfolded; null if there is none.</summary>
    public string? this[string name] => _fields.TryGetValue(name, out var value)
        ? Encoding.UTF8.GetString([.. value]).Trim()
        : null;

    /// <summary>Adds a piece of a line, without its line end and without any quoting.</summary>
    public void Add(ReadOnlySpan<byte> piece, bool begins, bool ends) => Add(piece, begins, ends ? "\n"u8 : []);

    /// <param name="piece">Of a line.</param>
    /// <param name="begins">The line begins here.</param>
    /// <param name="lineEnd">Empty if it does not end here.</param>
    public void Add(ReadOnlySpan<byte> piece, bool begins, ReadOnlySpan<byte> lineEnd)
    {
        if (IsInHeader)
            LookAtHeader(piece, begins);
        if (_isDropping)
            return;
        if (begins && IsSeparator(piece))
            Write(">"u8);
        Write(piece);
        Write(lineEnd);
    }

    /// <summary>Ends the message; from here on its body belongs to the caller.</summary>
    public MessageBody Complete() => body.Complete(_meter.WireLength, _meter.HeaderLength, _meter.Traits);

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        body.Dispose();
    }

    /// <summary>
    /// A line that a reader of mbox files could take for the beginning of a message, or for a quoted one.
    /// </summary>
    private static bool IsSeparator(ReadOnlySpan<byte> line) => line.TrimStart((byte)'>').StartsWith("From "u8);

    private void LookAtHeader(ReadOnlySpan<byte> piece, bool begins)
    {
        if (begins && piece.IsEmpty)
        {
            (IsInHeader, _isDropping, _field) = (false, false, null);
            return;
        }

        if (begins && piece[0] is not ((byte)' ' or (byte)'\t'))
        {
            _isDropping = dropsForeignFields && ForeignFields.IsOne(piece);
            var colon = piece.IndexOf((byte)':');
            _field = FieldOf(colon < 0 ? [] : piece[..colon].TrimEnd(" \t"u8));
            piece = piece[(colon + 1)..];
        }

        if (_field is not null && _field.Count < MaxFieldLength)
            _field.AddRange(piece[..Math.Min(piece.Length, MaxFieldLength)]);
    }

    /// <summary>
    /// Where the value of a field goes; null if nobody asks for it. The topmost Received is the last one that was
    /// added; a mail program adds its Status at the end.
    /// </summary>
    private List<byte>? FieldOf(ReadOnlySpan<byte> name)
    {
        foreach (var wanted in Wanted)
        {
            if (!Ascii.EqualsIgnoreCase(name, wanted))
                continue;
            if (_fields.ContainsKey(wanted) && !wanted.EndsWith("Status", StringComparison.Ordinal))
                return null;
            return _fields[wanted] = [];
        }

        return null;
    }

    private void Write(ReadOnlySpan<byte> octets)
    {
        _meter.Add(octets);
        if (IsTooLarge)
            return;
        if (_meter.WireLength > maxWireLength)
        {
            IsTooLarge = true;
            Dispose();
            return;
        }

        _fingerprint.Add(octets);
        body.Write(octets);
    }
}
