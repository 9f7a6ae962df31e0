using System.Buffers;
using System.Collections.Immutable;
using System.Net;
using ActorMail.Actors.Auth;
using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Net;
using ActorMail.Actors.Policy;
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
/// storage, and never for another reason (RFC 5321 §6.1). A message whose end does not come is dropped with its
/// session.
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
    private ClientConduct _conduct;
    private OutgoingMessage? _delivery;
    private SmtpStep? _asked;
    private int _delivered;

    public SmtpSessionActor(Connection connection, SmtpServices services, SmtpOptions options)
        : base(connection, options.Session, services.Logins, options.MaxLineLength)
    {
        (_services, _options) = (services, options);
        _reception = new MessageReception(services.Store, options);
        _conduct = Observe();
        _dialog = new SmtpDialog(services.Settings, new SmtpAccess());
    }

    protected override bool ReceivesData => _reception.IsUnderWay;

    private SmtpAccess Access => new()
    {
        IsSecure = Connection.Tls is not null,
        // On a Unix socket there is no network to listen to.
        CanStartTls = CanStartTls && !Connection.IsLocalSocket,
        CanLogIn = Offer.IsOpen,
        MaySpeakForOthers = _options.FrontEnds.Contains(Connection.Remote.Address),
        Mechanisms = Offer.Names,
    };

    protected override void OnRefused(Refusal refusal) => Write(SmtpFarewells.ReplyTo(refusal, _services.Settings));

    protected override void OnOffer() => _dialog = _dialog.StartAnew(Access);

    protected override Next OnGreeting()
    {
        // Also a client whom a front end has named, now or before the greeting.
        _conduct = Observe();
        _conduct.AskLists(Self);
        return Answer(SmtpReplies.Greeting(_services.Settings));
    }

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
            case DnsListProtocol.ClientChecked answer:
                return _conduct.Take(answer) && _asked is SmtpStep.Resolve waiting ? Resolve(waiting) : Next.Wait;
            case RecipientProtocol.RecipientResolved(var address, var mailboxes) when IsAsked(address):
                return AddRecipient(mailboxes);
            case RecipientProtocol.AddressExpanded(var address, var targets, _) when IsAsked(address):
                return Tell(targets);
            case var refusal
                when RecipientReplies.Of(refusal, _services.Settings) is var (address, reply) && IsAsked(address):
                return RefuseRecipient(reply);
            case DeliveryProtocol.MessageDelivered(var id) delivered when _delivery?.Id == id:
                return EndDelivery(SmtpReplies.Accepted(_services.Settings, id), delivered.Refused);
            case DeliveryProtocol.DeliveryFailed(var id, _, var reason) failed when _delivery?.Id == id:
                return EndDelivery(
                    DeliveryReplies.Failed(_services.Settings, reason),
                    DeliveryReplies.AllOf(_delivery.Envelope, reason).SetItems(failed.Refused));
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
            SmtpReplies.DeliveryFailed(_services.Settings),
            DeliveryReplies.AllOf(delivery.Envelope, AppendFault.Aborted)),
        _ => RefuseRecipient(SmtpReplies.RecipientNotResolved(_services.Settings)),
    };

    protected override void OnFarewell(Farewell reason)
    {
        _reception.Drop();
        Write(SmtpFarewells.ReplyTo(reason, _services.Settings));
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
        var before = _dialog;
        (_dialog, var step) = before.Accept(command);
        if (_conduct.Refuse(command, step, before.Identity) is { } refusal)
        {
            _dialog = command is SmtpCommand.Mail ? _dialog.EndTransaction() : before;
            step = new SmtpStep.Answer(refusal);
            LogInfo("{Session} from {Remote} held back: {Reply}", Id, Connection.Remote, refusal);
        }

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
            case SmtpStep.Resolve resolve:
                return Resolve(resolve);
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
        // A name that would be refused is not taken: the client has to give another.
        var hasName = client.Helo is { } name && Observe().RefuseName(name) is null;
        _dialog = _dialog.StartFor(Access, hasName ? client : client with { Helo = null });
        return OnGreeting();
    }

    private ClientConduct Observe() => new(_services.Policy, _services.Settings, Connection.Remote.Address);

    /// <summary>What the lists say of the client comes first.</summary>
    private Next Resolve(SmtpStep.Resolve step)
    {
        _asked = step;
        if (_conduct.IsPending)
            return Next.Wait;

        return _conduct.RefuseRecipient(step.Address) is { } refusal
            ? RefuseRecipient(refusal)
            : Ask(step, new RecipientProtocol.ResolveRecipient(step.Address, _dialog.Envelope!.Parameters.Size));
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
        var trace = OutgoingMessage.Trace(_dialog, Connection, id, now);
        var missing = ImmutableArray<string>.Empty;
        var settings = _services.Settings;
        var refusal = DeliveryReplies.RefusalOf(intake, settings)
            ?? intake.Header?.Check(intake.HeaderLength, settings, _dialog.Identity!, trace, out missing);
        var body = refusal is null ? intake.Complete() : null;
        if (body is null)
            return RefuseMessage(intake, refusal ?? DeliveryReplies.RefusalOf(intake, settings)!, isWhole: true);

        _delivery = new OutgoingMessage(
            id, _dialog.Envelope!, intake.Received, _options.Session.Time.GetTimestamp());
        _services.Coordinator.Tell(_delivery.ToDelivery(
            trace, missing, separate: !intake.StartsWithField, body, isEach: settings.IsLmtp));
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

    private Next AnswerEach(ImmutableArray<SmtpReply> replies)
    {
        foreach (var reply in replies)
            Write(reply);
        return End(isError: replies.Any() && replies.All(reply => reply.Code >= 500));
    }

    private Next Answer(SmtpReply reply)
    {
        Write(reply);
        // What may be tried again, such as one recipient too many, is no error of the client's.
        return End(isError: reply.Code >= 500);
    }

    private Next End(bool isError)
    {
        var next = Answered(isError);
        if (!isError || next is not Next.Read)
            return next;

        var (delay, limit) = _conduct.NoteError();
        if (limit is null)
            return Pause(delay);

        Write(SmtpPolicyReplies.TooManyErrors(_services.Settings, limit.Setting, limit.PerMinute));
        return Close("too many errors in a minute");
    }

    private void Write(SmtpReply reply)
    {
        if (Log.IsDebugEnabled)
            Log.Debug("{Session} S: {Reply}", Id, reply);
        reply.WriteTo(Connection.Output);
    }
}
