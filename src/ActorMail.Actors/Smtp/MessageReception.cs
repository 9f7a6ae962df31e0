using System.Buffers;
using ActorMail.Protocols.Smtp;
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
    private long? _discarding;

    /// <summary>The next octets are no command.</summary>
    public bool IsUnderWay => _isReceiving || _discarding is not null;

    /// <summary>The message as far as it has come; null if there is none.</summary>
    public MessageIntake? Message { get; private set; }

    /// <summary>Said once a chunk was thrown away; null where nothing is.</summary>
    public SmtpReply? Refusal { get; private set; }

    public void BeginData()
    {
        Message = Create();
        (_isReceiving, _isLast) = (true, true);
    }

    /// <summary>The first one begins a message.</summary>
    public PartEnd BeginChunk(long octets, bool isLast)
    {
        Message ??= Create();
        Message.BeginChunk(octets);
        (_isReceiving, _isLast) = (true, isLast);
        return octets == 0 ? End() : PartEnd.None;
    }

    public PartEnd BeginDiscarding(long octets, SmtpReply? refusal)
    {
        (_discarding, Refusal) = (octets, refusal);
        var nothing = ReadOnlySequence<byte>.Empty;
        return Discard(ref nothing);
    }

    /// <summary>Takes what there is.</summary>
    public PartEnd Take(ref ReadOnlySequence<byte> input)
    {
        if (_discarding is not null)
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

    private MessageIntake Create() => new(store, options, options.Submission is { } submission
        ? new SubmittedHeader(submission.MaxHeaderSize)
        : null);

    private PartEnd End()
    {
        _isReceiving = false;
        return _isLast ? PartEnd.Message : PartEnd.Chunk;
    }

    private PartEnd Discard(ref ReadOnlySequence<byte> input)
    {
        var taken = Math.Min(_discarding!.Value, input.Length);
        input = input.Slice(taken);
        _discarding -= taken;
        if (_discarding > 0)
            return PartEnd.None;

        _discarding = null;
        return PartEnd.Discarded;
    }
}
