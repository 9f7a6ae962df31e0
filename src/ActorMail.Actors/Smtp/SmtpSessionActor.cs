using System.Buffers;
using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Net;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Smtp;
using ActorMail.Protocols.Wire;
using ActorMail.Storage.Files;
using ActorMail.Storage.Mailboxes;
using Akka.Actor;
using Akka.Event;

namespace ActorMail.Actors.Smtp;

/// <summary>
/// One SMTP conversation (RFC 5321). What was said so far and what the next command means is the business of
/// <see cref="SmtpDialog"/>; here is only what has to be waited for.
/// <code>
/// Talking    --RCPT-->     Resolving --resolved, unknown--> Talking
/// Talking    --DATA-->     Receiving --final dot--> Delivering
/// Delivering --delivered, failed--> Talking
/// </code>
/// 250 after the final dot is sent when the delivery coordinator says that every copy is on stable storage, and never
/// for another reason (RFC 5321 §6.1). A message whose dot does not come is dropped with its session.
/// </summary>
public sealed class SmtpSessionActor : SessionActor
{
    private readonly SmtpServices _services;
    private readonly SmtpOptions _options;
    private readonly LineReader _lines;
    private SmtpDialog _dialog;
    private MessageIntake? _intake;
    private OutgoingDelivery? _delivery;
    private MailAddress? _resolving;
    private int _delivered;

    public SmtpSessionActor(Connection connection, SmtpServices services, SmtpOptions options)
        : base(connection, options.Session)
    {
        (_services, _options) = (services, options);
        _lines = new LineReader(options.MaxLineLength);
        _dialog = new SmtpDialog(services.Settings);
    }

    protected override bool ReceivesData => _intake is not null;

    /// <summary>The line for a client that gets no session.</summary>
    public static ReadOnlyMemory<byte> Refuse(Refusal refusal, SmtpSettings settings)
    {
        var line = new ArrayBufferWriter<byte>();
        var reply = refusal is Refusal.ServerFull
            ? SmtpReplies.TooManyConnections(settings)
            : SmtpReplies.TooManyConnectionsFromAddress(settings);
        reply.WriteTo(line);
        return line.WrittenMemory;
    }

    protected override Next OnConnected() => Answer(SmtpReplies.Greeting(_services.Settings));

    protected override Next OnInput(ref ReadOnlySequence<byte> input)
    {
        if (_intake is not null)
            return _intake.Take(ref input) ? Deliver(_intake) : Next.Read;

        return _lines.TryRead(ref input, out var line) switch
        {
            LineResult.Line => Take(line),
            LineResult.TooLong => Answer(SmtpReplies.LineTooLong(_services.Settings)),
            _ => Next.Read,
        };
    }

    protected override Next OnMessage(object message)
    {
        switch (message)
        {
            case RecipientProtocol.RecipientResolved(var address, var mailboxes) when address == _resolving:
                _resolving = null;
                (_dialog, var reply) = _dialog.AddRecipient(address, mailboxes);
                return Answer(reply);
            case RecipientProtocol.RecipientUnknown(var address) when address == _resolving:
                return RefuseRecipient(SmtpReplies.RecipientUnknown(_services.Settings, address));
            case RecipientProtocol.RecipientNotLocal(var address) when address == _resolving:
                return RefuseRecipient(SmtpReplies.RelayDenied(_services.Settings, address));
            case RecipientProtocol.RecipientNotResolved(var address) when address == _resolving:
                return RefuseRecipient(SmtpReplies.RecipientNotResolved(_services.Settings));
            case DeliveryProtocol.MessageDelivered(var id) when _delivery?.Id == id:
                _delivered++;
                return EndDelivery(SmtpReplies.Accepted(_services.Settings, id));
            case DeliveryProtocol.DeliveryFailed(var id, _, var reason) when _delivery?.Id == id:
                return EndDelivery(reason switch
                {
                    AppendFault.StoreFull => SmtpReplies.StorageFull(_services.Settings),
                    AppendFault.TooManyPending => SmtpReplies.MailboxBusy(_services.Settings),
                    _ => SmtpReplies.DeliveryFailed(_services.Settings),
                });
            default:
                Unhandled(message);
                return Next.Wait;
        }
    }

    /// <summary>A message that nobody answered for was not accepted, whatever becomes of it.</summary>
    protected override Next OnNoAnswer() => _delivery is not null
        ? EndDelivery(SmtpReplies.DeliveryFailed(_services.Settings))
        : RefuseRecipient(SmtpReplies.RecipientNotResolved(_services.Settings));

    protected override void OnFarewell(Farewell reason)
    {
        _intake?.Dispose();
        _intake = null;
        var settings = _services.Settings;
        var reply = reason switch
        {
            Farewell.TimedOut => SmtpReplies.TimedOut(settings),
            Farewell.SessionTooLong => SmtpReplies.SessionTooLong(settings),
            Farewell.TooManyCommands => SmtpReplies.TooManyCommands(settings),
            Farewell.TooManyErrors => SmtpReplies.TooManyErrors(settings),
            Farewell.TlsOnPlainPort => SmtpReplies.TlsOnPlainPort(settings),
            Farewell.ShuttingDown => SmtpReplies.ShuttingDown(settings),
            _ => SmtpReplies.Failed(settings),
        };
        Write(reply);
    }

    protected override void OnEnded(string reason)
    {
        _intake?.Dispose();
        Log.Info(
            "{Session} from {Remote} as {Helo}: {Delivered} delivered, ended after {DurationMs} ms: {Reason}",
            Id, Connection.Remote, _dialog.HeloName ?? "nobody", _delivered, (long)Age.TotalMilliseconds, reason);
    }

    private Next Take(ReadOnlySpan<byte> line)
    {
        if (Log.IsDebugEnabled)
            Log.Debug("{Session} C: {Line}", Id, SpokenLine.Of(line, "AUTH"u8));

        var command = SmtpCommandParser.Parse(line, _services.Settings);
        (_dialog, var step) = _dialog.Accept(command);
        switch (step)
        {
            case SmtpStep.Resolve(var address):
                _resolving = address;
                _services.Resolver.Tell(new RecipientProtocol.ResolveRecipient(address));
                return Next.Wait;
            case SmtpStep.ReceiveData(var reply):
                return Receive(reply);
            case SmtpStep.Goodbye(var reply):
                Write(reply);
                return Close(command is SmtpCommand.Quit ? "quit" : "refused");
            case SmtpStep.Answer(var reply) when command is SmtpCommand.Mail(_, { } size, _) && !reply.IsError
                && !_services.Store.HasSpaceFor(size):
                _dialog = _dialog.EndTransaction();
                return Answer(SmtpReplies.NoSpaceForMail(_services.Settings));
            case SmtpStep.Answer(var reply):
                return Answer(reply);
            default:
                throw new InvalidOperationException($"A step without a meaning: {step}");
        }
    }

    private Next RefuseRecipient(SmtpReply reply)
    {
        LogInfo(
            "{Session} from {Remote} recipient <{Recipient}> refused: {Reply}",
            Id, Connection.Remote, _resolving, reply);
        _resolving = null;
        return Answer(reply);
    }

    private Next Receive(SmtpReply goAhead)
    {
        _intake = new MessageIntake(_services.Store, _options);
        return Answer(goAhead);
    }

    private Next Deliver(MessageIntake intake)
    {
        _intake = null;
        var body = CanKeep(intake) ? intake.Complete() : null;
        if (body is null)
            return RefuseMessage(intake);

        var now = _services.Time.GetUtcNow();
        _delivery = new OutgoingDelivery(
            Guid.CreateVersion7(now).ToString("N"), intake.Received, _options.Session.Time.GetTimestamp());
        var prefix = TraceFields.Compose(TraceOf(_delivery.Id, now), separate: !intake.StartsWithField);
        var draft = new MessageDraft(_dialog.ReversePath?.ToString() ?? "", prefix, body, now);
        _services.Coordinator.Tell(new DeliveryProtocol.DeliverMessage(_delivery.Id, _dialog.Mailboxes, draft));
        return Next.Wait;
    }

    private static bool CanKeep(MessageIntake intake) => intake.Fault is DataFault.None && intake.StoreFault is null;

    /// <summary>The message came in whole, and is not taken.</summary>
    private Next RefuseMessage(MessageIntake intake)
    {
        var settings = _services.Settings;
        var reply = intake.StoreFault switch
        {
            null => SmtpReplies.Refusal(settings, intake.Fault),
            StoreFullException => SmtpReplies.StorageFull(settings),
            _ => SmtpReplies.DeliveryFailed(settings),
        };
        LogInfo(
            "{Session} from {Remote} message from <{Sender}> to {Recipients} refused, {Octets} octets: {Reply}",
            Id, Connection.Remote, _dialog.ReversePath, string.Join(", ", _dialog.Mailboxes), intake.Received, reply);
        if (intake.StoreFault is { } fault)
            Log.Warning("{Session} could not keep a message: {Reason}", Id, fault.Message);
        intake.Dispose();
        _dialog = _dialog.EndTransaction();
        return Answer(reply);
    }

    private TraceInfo TraceOf(string id, DateTimeOffset now) => new(
        _options.Hostname,
        _dialog.HeloName ?? "",
        Connection.Remote.Address,
        _dialog.IsExtended,
        id,
        _dialog.ReversePath,
        _dialog.Recipients is [var only] ? only.Address : null,
        now);

    private Next EndDelivery(SmtpReply reply)
    {
        LogInfo(
            "{Session} from {Remote} message {Delivery} from <{Sender}> to {Recipients}, "
                + "{Octets} octets in {DurationMs} ms: {Reply}",
            Id, Connection.Remote, _delivery!.Id, _dialog.ReversePath, string.Join(", ", _dialog.Mailboxes),
            _delivery.Octets, (long)_options.Session.Time.GetElapsedTime(_delivery.StartedAt).TotalMilliseconds, reply);
        _delivery = null;
        _dialog = _dialog.EndTransaction();
        return Answer(reply);
    }

    private Next Answer(SmtpReply reply)
    {
        Write(reply);
        // What may be tried again, such as one recipient too many, is no error of the client's.
        return Answered(reply.Code >= 500);
    }

    private void Write(SmtpReply reply)
    {
        if (Log.IsDebugEnabled)
            Log.Debug("{Session} S: {Reply}", Id, reply);
        reply.WriteTo(Connection.Output);
    }

    /// <summary>A message that the coordinator has, and we wait for.</summary>
    private sealed record OutgoingDelivery(string Id, long Octets, long StartedAt);
}
