using System.Buffers;
using ActorMail.Protocols.Wire;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Actors.Smtp;

/// <summary>
/// One message on its way in: the client's octets through the decoder into memory or a spool file. When the disk fails
/// the rest is still read, to the dot, so that the refusal is understood as one (RFC 5321 §4.1.1.4).
/// </summary>
/// <param name="store">Where it is kept.</param>
/// <param name="options">Its limits.</param>
/// <param name="header">Has a look at what comes in; null if nobody needs to know it.</param>
internal sealed class MessageIntake(MailStore store, SmtpOptions options, SubmittedHeader? header)
    : IBufferWriter<byte>, IDisposable
{
    private const int DiscardOctets = 4 * 1024;

    private readonly DataDecoder _decoder = new(options.MaxMessageSize, options.MaxReceivedFields);
    private readonly BodyWriter _body = store.CreateBody();
    private byte[]? _discarded;
    private Memory<byte> _given;

    /// <summary>Why the message cannot be kept; null while it can.</summary>
    public Exception? StoreFault { get; private set; }

    public DataFault Fault => _decoder.Fault;

    /// <summary>True if our trace fields can stand right above what the client sent.</summary>
    public bool StartsWithField => _decoder.StartsWithField;

    /// <summary>Null for a message whose header is nobody's business.</summary>
    public SubmittedHeader? Header => header;

    /// <summary>Octets up to the blank line, as they are stored.</summary>
    public long HeaderLength => _decoder.HeaderLength;

    /// <summary>Octets of the message as the client counts them.</summary>
    public long Received => _decoder.Received;

    /// <summary>So many octets of the message come next.</summary>
    public void BeginChunk(long octets) => throw new NotSupportedException($"{octets}");

    /// <summary>Takes what there is; true once the final dot was among it.</summary>
    public bool Take(ref ReadOnlySequence<byte> input) => _decoder.Decode(ref input, this) is DataResult.End;

    /// <summary>The body, which from here on is the caller's; null if the disk would not take the last of it.</summary>
    public MessageBody? Complete()
    {
        MessageBody? body = null;
        Attempt(() => body = _body.Complete(_decoder.WireLength, _decoder.HeaderLength, _decoder.Traits));
        return body;
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
