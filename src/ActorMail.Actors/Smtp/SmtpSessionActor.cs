using System.Buffers;
using System.Collections.Immutable;
using ActorMail.Actors.Auth;
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
/// Talking    --AUTH-->     LoggingIn --accepted, refused, cancelled--> Talking
/// Talking    --STARTTLS--> (handshake) --> Talking, as if nothing had been said
/// </code>
/// 250 after the final dot is sent when the delivery coordinator says that every copy is on stable storage, and never
/// for another reason (RFC 5321 §6.1). A message whose dot does not come is dropped with its session.
/// </summary>
public sealed class SmtpSessionActor : LoginSessionActor
{
    private static readonly string[] ShownVerbs =
        ["HELO", "EHLO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "VRFY", "EXPN", "HELP", "QUIT", "STARTTLS"];

    private readonly SmtpServices _services;
    private readonly SmtpOptions _options;
    private SmtpDialog _dialog;
    private MessageIntake? _intake;
    private OutgoingDelivery? _delivery;
    private MailAddress? _resolving;
    private int _delivered;

    public SmtpSessionActor(Connection connection, SmtpServices services, SmtpOptions options)
        : base(connection, options.Session, services.Logins, options.MaxLineLength)
    {
        (_services, _options) = (services, options);
        _dialog = new SmtpDialog(services.Settings, new SmtpAccess());
    }

    protected override bool ReceivesData => _intake is not null;

    private SmtpAccess Access => new()
    {
        IsSecure = Connection.Tls is not null,
        CanStartTls = CanStartTls,
        CanLogIn = Offer.IsOpen,
        Mechanisms = Offer.Names,
    };

    /// <summary>The line for a client that gets no session.</summary>
    public static ReadOnlyMemory<byte> Refuse(Refusal refusal, SmtpSettings settings)
    {
        var line = new ArrayBufferWriter<byte>();
        ReplyTo(refusal, settings).WriteTo(line);
        return line.WrittenMemory;
    }

    private static SmtpReply ReplyTo(Refusal refusal, SmtpSettings settings) => refusal switch
    {
        Refusal.ServerFull => SmtpReplies.TooManyConnections(settings),
        Refusal.TooOften => SmtpPolicyReplies.TooManyConnectionsPerMinute(settings),
        _ => SmtpReplies.TooManyConnectionsFromAddress(settings),
    };

    protected override void OnRefused(Refusal refusal) => Write(ReplyTo(refusal, _services.Settings));

    protected override void OnOffer() => _dialog = _dialog.StartAnew(Access);

    protected override Next OnGreeting() => Answer(SmtpReplies.Greeting(_services.Settings));

    protected override Next OnInput(ref ReadOnlySequence<byte> input)
    {
        if (_intake is not null)
            return _intake.Take(ref input) ? Deliver(_intake) : Next.Read;

        return TakeLine(ref input);
    }

    protected override Next OnLineTooLong(bool wasLogin) => Answer(wasLogin
        ? SmtpReplies.LoginLineTooLong(_services.Settings)
        : SmtpReplies.LineTooLong(_services.Settings));

    protected override Next OnMessage(object message)
    {
        switch (message)
        {
            case var answer when TakeAnswer(answer) is { } next:
                return next;
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
    protected override Next OnNoAnswer() => this switch
    {
        { IsLoggingIn: true } => base.OnNoAnswer(),
        { _delivery: not null } => EndDelivery(SmtpReplies.DeliveryFailed(_services.Settings)),
        _ => RefuseRecipient(SmtpReplies.RecipientNotResolved(_services.Settings)),
    };

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
            Farewell.SpokeEarly => SmtpPolicyReplies.SpokeEarly(settings),
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

    protected override Next OnLine(ReadOnlySpan<byte> line)
    {
        if (Log.IsDebugEnabled)
            Log.Debug("{Session} C: {Line}", Id, SpokenLine.Of(line, ShownVerbs, ["AUTH"]));

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
            case SmtpStep.BeginLogin(var mechanism, var initial):
                return BeginLogin(mechanism, initial);
            case SmtpStep.BeginTls(var reply):
                Write(reply);
                return Next.StartTls;
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

    protected override void WriteChallenge(string base64) => SmtpReplies.WriteChallenge(base64, Connection.Output);

    protected override Next OnLoginEnded(LoginStep end)
    {
        switch (end)
        {
            case LoginStep.Accepted(var identity):
                LogLogin(identity);
                (_dialog, var welcome) = _dialog.AcceptLogin(identity);
                return Answer(welcome);
            case LoginStep.Refused:
                LogRefusedLogin();
                (_dialog, var refusal) = _dialog.FailLogin();
                return Answer(refusal);
            case LoginStep.Cancelled:
                return Answer(SmtpReplies.LoginCancelled(_services.Settings));
            case LoginStep.Malformed(var reason):
                return Answer(SmtpReplies.LoginMalformed(_services.Settings, reason));
            default:
                return Answer(SmtpReplies.LoginNotChecked(_services.Settings));
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
        var header = _options.Submission is { } submission
            ? new SubmittedHeader(submission.MaxHeaderSize)
            : null;
        _intake = new MessageIntake(_services.Store, _options, header);
        return Answer(goAhead);
    }

    private Next Deliver(MessageIntake intake)
    {
        _intake = null;
        var now = _services.Time.GetUtcNow();
        var id = Guid.CreateVersion7(now).ToString("N");
        var (trace, missing) = (TraceOf(id, now), ImmutableArray<string>.Empty);
        var refusal = RefusalOf(intake) ?? intake.Header?.Check(
            intake.HeaderLength, _services.Settings, _dialog.Identity!, trace, out missing);
        var body = refusal is null ? intake.Complete() : null;
        if (body is null)
            return RefuseMessage(intake, refusal ?? RefusalOf(intake)!);

        _delivery = new OutgoingDelivery(id, intake.Received, _options.Session.Time.GetTimestamp());
        var prefix = TraceFields.Compose(trace, missing, separate: !intake.StartsWithField);
        var draft = new MessageDraft(_dialog.ReversePath?.ToString() ?? "", prefix, body, now);
        _services.Coordinator.Tell(new DeliveryProtocol.DeliverMessage(_delivery.Id, _dialog.Mailboxes, draft));
        return Next.Wait;
    }

    /// <summary>Null for a message that came in whole, and was kept so far.</summary>
    private SmtpReply? RefusalOf(MessageIntake intake) => intake switch
    {
        { StoreFault: StoreFullException } => SmtpReplies.StorageFull(_services.Settings),
        { StoreFault: not null } => SmtpReplies.DeliveryFailed(_services.Settings),
        { Fault: not DataFault.None } => SmtpReplies.Refusal(_services.Settings, intake.Fault),
        _ => null,
    };

    private Next RefuseMessage(MessageIntake intake, SmtpReply reply)
    {
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
        Connection.Tls is { } tls ? new TransportSecurity(tls.Version, tls.Cipher) : null,
        _dialog.Identity is not null,
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
