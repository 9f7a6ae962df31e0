using System.Buffers;
using ActorMail.Protocols.Wire;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Actors.Smtp;

/// <summary>
/// One message on its way in, by DATA or in the chunks of BDAT: the client's octets through the decoder into memory or
/// a spool file. When the disk fails, or the message is refused for what it is, the rest is still read, to the dot or
/// to the end of the chunk, so that the refusal is understood as one (RFC 5321 §4.1.1.4, RFC 3030 §2).
/// </summary>
/// <param name="store">Where it is kept.</param>
/// <param name="options">Its limits.</param>
/// <param name="header">Has a look at what comes in; null if nobody needs to know it.</param>
/// <param name="isChunked">
/// It comes in chunks: <see cref="BeginChunk"/>, <see cref="Take"/> until the chunk is over, and again.
/// </param>
internal sealed class MessageIntake(
    MailStore store, SmtpOptions options, SubmittedHeader? header, bool isChunked = false) : IImageWriter, IDisposable
{
    private const int DiscardOctets = 4 * 1024;

    private readonly DataDecoder? _data =
        isChunked ? null : new DataDecoder(options.MaxMessageSize, options.MaxReceivedFields);

    private readonly ChunkDecoder? _chunks =
        isChunked ? new ChunkDecoder(options.MaxMessageSize, options.MaxReceivedFields) : null;

    private readonly BodyWriter _body = store.CreateBody();
    private byte[]? _discarded;
    private Memory<byte> _given;

    /// <summary>Why the message cannot be kept; null while it can.</summary>
    public Exception? StoreFault { get; private set; }

    public bool IsChunked => isChunked;

    public DataFault Fault => Decoder.Fault;

    /// <summary>True if our trace fields can stand right above what the client sent.</summary>
    public bool StartsWithField => Decoder.StartsWithField;

    /// <summary>Null for a message whose header is nobody's business.</summary>
    public SubmittedHeader? Header => header;

    /// <summary>Octets up to the blank line, as they are stored.</summary>
    public long HeaderLength => Decoder.HeaderLength;

    /// <summary>Octets of the message as the client counts them.</summary>
    public long Received => Decoder.Received;

    private ContentDecoder Decoder => (ContentDecoder?)_data ?? _chunks!;

    /// <summary>
    /// As many octets of the message are next. That they lead beyond the limit shows at once, in <see cref="Fault"/>;
    /// they are to be taken nevertheless.
    /// </summary>
    /// <param name="octets">As many as BDAT says; of none nothing has to come.</param>
    /// <param name="isLast">Once it is over, all can be asked that is asked behind the final dot of DATA.</param>
    public void BeginChunk(long octets, bool isLast) => _chunks!.BeginChunk(octets, isLast);

    /// <summary>
    /// Takes what there is; true once the final dot was among it, or the last octet of the chunk. A chunk of no octets
    /// is over before any input.
    /// </summary>
    public bool Take(ref ReadOnlySequence<byte> input)
    {
        var result = _data?.Decode(ref input, this) ?? _chunks!.Decode(ref input, this);
        return result is DataResult.End;
    }

    /// <summary>The body, which from here on is the caller's; null if the disk would not take the last of it.</summary>
    public MessageBody? Complete()
    {
        MessageBody? body = null;
        Attempt(() => body = _body.Complete(Decoder.WireLength, Decoder.HeaderLength, Decoder.Traits));
        return body;
    }

    public long AddReturns(long position)
    {
        header?.AddReturns();
        if (_discarded is null)
            Attempt(() => position = _body.AddReturns(position));
        return position;
    }

    public void Advance(int count)
    {
        header?.Add(_given.Span[..count]);
        if (_discarded is null)
            Attempt(() => _body.Advance(count));
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        var memory = Memory<byte>.Empty;
        if (_discarded is null)
            Attempt(() => memory = _body.GetMemory(sizeHint));
        _given = _discarded is null ? memory : Discard(sizeHint);
        return _given;
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Dispose() => _body.Dispose();

    private void Attempt(Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            StoreFault = error;
            _discarded = new byte[DiscardOctets];
            _body.Dispose();
        }
    }

    private Memory<byte> Discard(int sizeHint)
    {
        if (sizeHint > _discarded!.Length)
            _discarded = new byte[sizeHint];
        return _discarded;
    }
}
