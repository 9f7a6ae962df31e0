using System.Buffers;
using System.Collections.Immutable;
using System.Net;
using ActorMail.Actors.Auth;
using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Net;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Smtp;
using Akka.Actor;
using Akka.Event;

namespace ActorMail.Actors.Smtp;

/// <summary>
/// One SMTP conversation (RFC 5321). What was said so far and what the next command means is the business of
/// <see cref="SmtpDialog"/>; here is only what has to be waited for.
/// <code>
/// Talking    --RCPT-->     Resolving --resolved, unknown--> Talking
/// Talking    --DATA-->     Receiving --final dot--> Delivering
/// Talking    --BDAT-->     Receiving --end of chunk--> Talking, --of the last--> Delivering
/// Talking    --VRFY, EXPN--> Resolving
/// Delivering --delivered, failed--> Talking
/// Talking    --AUTH-->     LoggingIn --accepted, refused, cancelled--> Talking
/// Talking    --STARTTLS--> (handshake) --> Talking, as if nothing had been said
/// </code>
/// 250 after the final dot or the last chunk is sent when the delivery coordinator says that every copy is on stable
/// storage, and never for another reason (RFC 5321 §6.1). A message whose end does not come is dropped with its session.
/// </summary>
public sealed class SmtpSessionActor : LoginSessionActor
{
    private static readonly string[] ShownVerbs =
        [
            "HELO", "EHLO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "VRFY", "EXPN", "HELP", "QUIT",
            "STARTTLS", "LHLO", "BDAT", "XCLIENT",
        ];

    private readonly SmtpServices _services;
    private readonly SmtpOptions _options;
    private readonly MessageReception _reception;
    private SmtpDialog _dialog;
    private OutgoingMessage? _delivery;
    private SmtpStep? _asked;
    private int _delivered;

    public SmtpSessionActor(Connection connection, SmtpServices services, SmtpOptions options)
        : base(connection, options.Session, services.Logins, options.MaxLineLength)
    {
        (_services, _options) = (services, options);
        _reception = new MessageReception(services.Store, options);
        _dialog = new SmtpDialog(services.Settings, new SmtpAccess());
    }

    protected override bool ReceivesData => _reception.IsUnderWay;

    private TransportProtocol Protocol => _dialog switch
    {
        { Settings.IsLmtp: true } =>
            _dialog.Envelope!.Parameters.IsUtf8 ? TransportProtocol.Utf8Lmtp : TransportProtocol.Lmtp,
        { IsExtended: false } => TransportProtocol.Smtp,
        _ => _dialog.Envelope!.Parameters.IsUtf8 ? TransportProtocol.Utf8Smtp : TransportProtocol.Esmtp,
    };

    private SmtpAccess Access => new()
    {
        IsSecure = Connection.Tls is not null,
        CanStartTls = CanStartTls,
        CanLogIn = Offer.IsOpen,
        MaySpeakForOthers = _options.FrontEnds.Contains(Connection.Remote.Address),
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
        if (_reception.IsUnderWay)
            return Go(_reception.Take(ref input));

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
            case RecipientProtocol.RecipientResolved(var address, var mailboxes) when IsAsked(address):
                return AddRecipient(mailboxes);
            case RecipientProtocol.AddressExpanded(var address, var targets, _) when IsAsked(address):
                return Tell(targets);
            case RecipientProtocol.RecipientUnknown(var address) when IsAsked(address):
                return RefuseRecipient(SmtpReplies.RecipientUnknown(_services.Settings, address));
            case RecipientProtocol.RecipientFull(var address, var isForGood) when IsAsked(address):
                return RefuseRecipient(SmtpReplies.MailboxFull(_services.Settings, address, isForGood));
            case RecipientProtocol.RecipientNotLocal(var address) when IsAsked(address):
                return RefuseRecipient(SmtpReplies.RelayDenied(_services.Settings, address));
            case RecipientProtocol.RecipientNotResolved(var address) when IsAsked(address):
                return RefuseRecipient(SmtpReplies.RecipientNotResolved(_services.Settings));
            case DeliveryProtocol.MessageDelivered(var id) delivered when _delivery?.Id == id:
                return EndDelivery(SmtpReplies.Accepted(_services.Settings, id), delivered.Refused);
            case DeliveryProtocol.DeliveryFailed(var id, _, var reason) failed when _delivery?.Id == id:
                return EndDelivery(
                    DeliveryReplies.Failed(_services.Settings, reason),
                    Complete(reason, _delivery.Envelope.Mailboxes).SetItems(failed.Refused));
            default:
                Unhandled(message);
                return Next.Wait;
        }
    }

    /// <summary>A message that nobody answered for was not accepted, whatever becomes of it.</summary>
    protected override Next OnNoAnswer() => this switch
    {
        { IsLoggingIn: true } => base.OnNoAnswer(),
        { _delivery: { } delivery } => EndDelivery(
            SmtpReplies.DeliveryFailed(_services.Settings), Complete(AppendFault.Aborted, delivery.Envelope.Mailboxes)),
        _ => RefuseRecipient(SmtpReplies.RecipientNotResolved(_services.Settings)),
    };

    protected override void OnFarewell(Farewell reason)
    {
        _reception.Drop();
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
        _reception.Drop();
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
        if (_dialog.Envelope is null)
            _reception.Drop();
        return Take(step, command);
    }

    private Next Take(SmtpStep step, SmtpCommand command)
    {
        switch (step)
        {
            case SmtpStep.Answer(var reply)
                when command is SmtpCommand.Mail(_, { Size: { } size }) && !reply.IsError
                && !_services.Store.HasSpaceFor(size):
                _dialog = _dialog.EndTransaction();
                return Answer(SmtpReplies.NoSpaceForMail(_services.Settings));
            case SmtpStep.Answer(var reply):
                return Answer(reply);
            case SmtpStep.Resolve(var address, _):
                return Ask(
                    step, new RecipientProtocol.ResolveRecipient(address, _dialog.Envelope!.Parameters.Size));
            case SmtpStep.Expand(var address, _, _):
                return Ask(step, new RecipientProtocol.ExpandAddress(address));
            case SmtpStep.ReceiveData(var reply):
                _reception.BeginData();
                return Answer(reply);
            case SmtpStep.ReceiveChunk(var octets, var isLast):
                return Go(_reception.BeginChunk(octets, isLast));
            case SmtpStep.SkipChunk(var octets, var replies):
                return Go(_reception.BeginDiscarding(octets, replies));
            case SmtpStep.BecomeClient(var client):
                return Become(client);
            case SmtpStep.BeginLogin(var mechanism, var initial):
                return BeginLogin(mechanism, initial);
            case SmtpStep.BeginTls(var reply):
                Write(reply);
                return Next.StartTls;
            case SmtpStep.Goodbye(var reply):
                Write(reply);
                return Close(command is SmtpCommand.Quit ? "quit" : "refused");
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

    /// <summary>The client is greeted as if it had come itself.</summary>
    private Next Become(XclientAttributes client)
    {
        var remote = Connection.Remote;
        var named = new IPEndPoint(client.Address ?? remote.Address, client.Port ?? remote.Port);
        LogInfo("{Session} from {Remote} speaks for {Client}", Id, remote, named);
        if (Connection.Become(named) is { } refusal)
        {
            OnRefused(refusal);
            return Close("refused");
        }

        MakeOffer();
        _dialog = _dialog.StartFor(Access, client);
        return OnGreeting();
    }

    private Next Ask(SmtpStep step, object question)
    {
        _asked = step;
        _services.Resolver.Tell(question);
        return Next.Wait;
    }

    private bool IsAsked(MailAddress address) => _asked switch
    {
        SmtpStep.Resolve(var asked, _) => asked == address,
        SmtpStep.Expand(var asked, _, _) => asked == address,
        _ => false,
    };

    private Next AddRecipient(ImmutableArray<MailboxName> mailboxes)
    {
        var (address, parameters) = (SmtpStep.Resolve)_asked!;
        _asked = null;
        (_dialog, var reply) = _dialog.AddRecipient(new SmtpRecipient(address, parameters, mailboxes));
        return Answer(reply);
    }

    private Next Tell(ImmutableArray<MailAddress> targets)
    {
        var (address, isList, isUtf8) = (SmtpStep.Expand)_asked!;
        _asked = null;
        return Answer(SmtpReplies.Addresses(_services.Settings, isList ? targets : [address], isUtf8));
    }

    private Next RefuseRecipient(SmtpReply reply)
    {
        if (_asked is SmtpStep.Resolve(var recipient, _))
        {
            LogInfo(
                "{Session} from {Remote} recipient <{Recipient}> refused: {Reply}",
                Id, Connection.Remote, recipient, reply);
        }

        _asked = null;
        return Answer(reply);
    }

    private Next Go(PartEnd end) => end switch
    {
        PartEnd.Message => Deliver(_reception.Release()),
        PartEnd.Chunk when DeliveryReplies.RefusalOf(_reception.Message!, _services.Settings) is { } refusal =>
            RefuseMessage(_reception.Release(), refusal, isWhole: false),
        PartEnd.Chunk => Answer(SmtpReplies.ChunkAccepted(_services.Settings, _dialog.Envelope!.ChunkOctets)),
        PartEnd.Discarded => AnswerEach(_reception.Refusals),
        _ => Next.Read,
    };

    private Next Deliver(MessageIntake intake)
    {
        var now = _services.Time.GetUtcNow();
        var id = Guid.CreateVersion7(now).ToString("N");
        var (trace, missing) = (TraceOf(id, now), ImmutableArray<string>.Empty);
        var settings = _services.Settings;
        var refusal = DeliveryReplies.RefusalOf(intake, settings)
            ?? intake.Header?.Check(intake.HeaderLength, settings, _dialog.Identity!, trace, out missing);
        var body = refusal is null ? intake.Complete() : null;
        if (body is null)
            return RefuseMessage(intake, refusal ?? DeliveryReplies.RefusalOf(intake, settings)!, isWhole: true);

        _delivery = new OutgoingMessage(
            id, _dialog.Envelope!, intake.Received, _options.Session.Time.GetTimestamp());
        _services.Coordinator.Tell(_delivery.ToDelivery(
            trace, missing, separate: !intake.StartsWithField, body, takesSome: settings.IsLmtp));
        return Next.Wait;
    }

    /// <param name="isWhole">It was its end that is refused, which LMTP does for each recipient.</param>
    private Next RefuseMessage(MessageIntake intake, SmtpReply reply, bool isWhole)
    {
        var envelope = _dialog.Envelope!;
        LogInfo(
            "{Session} from {Remote} message from <{Sender}> to {Recipients} refused, {Octets} octets: {Reply}",
            Id, Connection.Remote, envelope.ReversePath, string.Join(", ", envelope.Mailboxes), intake.Received,
            reply);
        if (intake.StoreFault is { } fault)
            Log.Warning("{Session} could not keep a message: {Reason}", Id, fault.Message);
        intake.Dispose();
        _dialog = _dialog.EndTransaction();
        return isWhole && _services.Settings.IsLmtp
            ? AnswerEach([.. Enumerable.Repeat(reply, envelope.Recipients.Length)])
            : Answer(reply);
    }

    private TraceInfo TraceOf(string id, DateTimeOffset now) => new(
        _options.Hostname,
        _dialog.HeloName ?? "",
        Connection.Remote.Address,
        Protocol,
        Connection.Tls is { } tls ? new TransportSecurity(tls.Version, tls.Cipher) : null,
        _dialog.Identity is not null,
        id,
        _dialog.Envelope!.ReversePath,
        _dialog.Envelope.Recipients is [var only] ? only.Address : null,
        now);

    /// <param name="refused">In LMTP, the mailboxes without a copy.</param>
    private Next EndDelivery(SmtpReply reply, ImmutableDictionary<MailboxName, AppendFault> refused)
    {
        var (id, envelope, octets, startedAt) = _delivery!;
        LogInfo(
            "{Session} from {Remote} message {Delivery} from <{Sender}> to {Recipients}, "
                + "{Octets} octets in {DurationMs} ms: {Reply}",
            Id, Connection.Remote, id, envelope.ReversePath, string.Join(", ", envelope.Mailboxes),
            octets, (long)_options.Session.Time.GetElapsedTime(startedAt).TotalMilliseconds, reply);
        if (!refused.IsEmpty && !reply.IsError)
            LogInfo("{Session} message {Delivery} was not taken by {Refused}", Id, id, string.Join(", ", refused));
        _delivered += reply.IsError ? 0 : 1;
        _delivery = null;
        _dialog = _dialog.EndTransaction();
        return _services.Settings.IsLmtp
            ? AnswerEach(DeliveryReplies.ForEach(_services.Settings, envelope, id, refused))
            : Answer(reply);
    }

    private static ImmutableDictionary<MailboxName, AppendFault> Complete(
        AppendFault reason, ImmutableArray<MailboxName> mailboxes) =>
        mailboxes.ToImmutableDictionary(mailbox => mailbox, _ => reason);

    private Next AnswerEach(ImmutableArray<SmtpReply> replies)
    {
        foreach (var reply in replies)
            Write(reply);
        return Answered(replies.Any() && replies.All(reply => reply.Code >= 500));
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
}
