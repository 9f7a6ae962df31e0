using System.Buffers;
using System.Collections.Immutable;
using ActorMail.Protocols.Smtp;
using ActorMail.Protocols.Wire;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Actors.Smtp;

/// <summary>
/// What a session receives that is not commands: a message behind DATA, or chunk by chunk behind BDAT, and chunks that
/// are thrown away because their command was refused (RFC 3030 §2).
/// </summary>
internal sealed class MessageReception(MailStore store, SmtpOptions options)
{
    private bool _isReceiving;
    private bool _isLast;
    private ChunkDiscard _discard;
    private bool _isDiscarding;

    /// <summary>The next octets are no command.</summary>
    public bool IsUnderWay => _isReceiving || _isDiscarding;

    /// <summary>The message as far as it has come; null if there is none.</summary>
    public MessageIntake? Message { get; private set; }

    /// <summary>Said once a chunk was thrown away.</summary>
    public ImmutableArray<SmtpReply> Refusals { get; private set; } = [];

    public void BeginData()
    {
        Message = Create(isChunked: false);
        (_isReceiving, _isLast) = (true, true);
    }

    /// <summary>The first one begins a message.</summary>
    public PartEnd BeginChunk(long octets, bool isLast)
    {
        Message ??= Create(isChunked: true);
        Message.BeginChunk(octets, isLast);
        (_isReceiving, _isLast) = (true, isLast);
        // One of nothing is over before there is any input.
        var nothing = ReadOnlySequence<byte>.Empty;
        return octets == 0 ? Take(ref nothing) : PartEnd.None;
    }

    public PartEnd BeginDiscarding(long octets, ImmutableArray<SmtpReply> refusals)
    {
        (_discard, _isDiscarding, Refusals) = (new ChunkDiscard(octets), true, refusals);
        var nothing = ReadOnlySequence<byte>.Empty;
        return Discard(ref nothing);
    }

    /// <summary>Takes what there is.</summary>
    public PartEnd Take(ref ReadOnlySequence<byte> input)
    {
        if (_isDiscarding)
            return Discard(ref input);

        return Message!.Take(ref input) ? End() : PartEnd.None;
    }

    /// <summary>The message belongs to the caller from here on.</summary>
    public MessageIntake Release()
    {
        var message = Message!;
        Message = null;
        return message;
    }

    /// <summary>Throws the message away.</summary>
    public void Drop()
    {
        Message?.Dispose();
        (Message, _isReceiving) = (null, false);
    }

    private MessageIntake Create(bool isChunked)
    {
        var header = options.Submission is { } submission ? new SubmittedHeader(submission.MaxHeaderSize) : null;
        return new MessageIntake(store, options, header, isChunked);
    }

    private PartEnd End()
    {
        _isReceiving = false;
        return _isLast ? PartEnd.Message : PartEnd.Chunk;
    }

    private PartEnd Discard(ref ReadOnlySequence<byte> input)
    {
        _isDiscarding = !_discard.Take(ref input);
        return _isDiscarding ? PartEnd.None : PartEnd.Discarded;
    }
}
