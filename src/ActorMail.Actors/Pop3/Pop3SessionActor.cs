using System.Buffers;
using ActorMail.Actors.Auth;
using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Net;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Mime;
using ActorMail.Protocols.Pop3;
using ActorMail.Storage.Mailboxes;
using Akka.Actor;
using Akka.Event;

namespace ActorMail.Actors.Pop3;

/// <summary>
/// One POP3 conversation (RFC 1939). What a command means is decided by <see cref="Pop3Dialog"/>; each phase here is a
/// method that takes the next command, or the answer of the actor that was asked.
/// <code>
/// Conversing      --PASS-->     AwaitingVerdict --accepted--> AwaitingLock --locked--> Conversing
/// AwaitingVerdict --refused-->  Conversing;       AwaitingLock --busy--> Conversing
/// Conversing      --AUTH-->     LoggingIn       --accepted--> AwaitingLock;   refused, cancelled: Conversing
/// Conversing      --STLS-->     (handshake)     --> Conversing
/// Conversing      --RETR,TOP--> AwaitingMessage --fetched-->  Conversing, sending step by step
/// Conversing      --(sent)-->   AwaitingProof   --fetched-->  Conversing, where the checksum is wrong
/// Conversing      --LIST-->     AwaitingSize(s) --fetched-->  Conversing, where a size is not known yet
/// Conversing      --QUIT-->     AwaitingUpdate  --unlocked--> (closed)
/// </code>
/// Deleting is asked for on QUIT and nowhere else, so a session that ends in any other way deletes nothing
/// (RFC 1939 §6). The lock needs no care of ours: the mailbox watches whom it gave it to.
/// </summary>
public sealed class Pop3SessionActor : LoginSessionActor
{
    private static readonly string[] SecretVerbs = ["PASS", "APOP", "AUTH", "USER", "HELP"];
    private static readonly string[] ShownVerbs = [.. Pop3Verbs.Keywords.Except(SecretVerbs)];
    private static readonly string[] ShownWithOneWord = [.. ShownVerbs, "USER", "HELP"];

    private readonly IActorRef _authenticator;
    private readonly IActorRef _mailboxes;
    private readonly Pop3Options _options;
    private readonly Pop3Dialog _dialog;
    private readonly ReadAhead _readAhead = new();
    private Func<object, Next> _phase;
    private int _loginFailures;
    private MailboxName? _mailbox;
    private Pop3Step? _asked;
    private Outflow? _outflow;
    private int _retrieved;
    private int _deleted;

    public Pop3SessionActor(Connection connection, Pop3Services services, Pop3Options options)
        : base(connection, options.Session, services.Logins, options.Dialog.MaxLineLength)
    {
        (_authenticator, _mailboxes, _options) = (services.Logins.Authenticator, services.Mailboxes, options);
        _dialog = new Pop3Dialog(options.Dialog);
        _phase = Conversing;
    }

    protected override void OnRefused(Refusal refusal) => Connection.Output.Write(Pop3Farewells.LineFor(refusal).Span);

    protected override void OnOffer() => _dialog.Begin(new Pop3Access
    {
        IsSecure = Connection.Tls is not null,
        CanStartTls = CanStartTls,
        CanLogIn = Offer.IsOpen,
        Mechanisms = Offer.Names,
    });

    protected override Next OnGreeting()
    {
        _dialog.Greeting.WriteTo(Connection.Output);
        return Next.Read;
    }

    protected override Next OnInput(ref ReadOnlySequence<byte> input) => TakeLine(ref input);

    protected override Next OnLineTooLong(bool wasLogin) => wasLogin
        ? GoBack(_dialog.RefuseMalformedLogin("The response is too long"))
        : _phase(new Pop3Command.Invalid(Pop3Fault.TooLong));

    protected override Next OnMessage(object message) => _phase(message);

    protected override Next OnFlushed()
    {
        switch (_outflow?.WriteStep(Connection.Output))
        {
            case OutflowStep.More:
                return Next.Flush;
            case OutflowStep.AskFirst when _outflow is MessageOutflow message:
                return Fetch(null, message.Uid, AwaitingProof);
            // A client that is gone is noticed when something is sent to it.
            case OutflowStep.AskFirst when Connection.Output.UnflushedBytes > 0:
                return Next.Flush;
            case OutflowStep.AskFirst:
                return MeasureNext();
            default:
                _outflow = null;
                return Next.ReadOn;
        }
    }

    /// <summary>
    /// Nobody knows whether the deletions are done, and neither answer would be true. The client has to look, as it has
    /// after a connection that broke.
    /// </summary>
    protected override Next OnNoAnswer() =>
        _phase == AwaitingUpdate ? Close("the deletions took too long") : base.OnNoAnswer();

    protected override void OnFarewell(Farewell reason)
    {
        // In the middle of a message the client would take the last words for a line of it.
        if (_outflow is null)
            _dialog.Refuse(Pop3Farewells.RefusalFor(reason)).WriteTo(Connection.Output);
    }

    protected override void OnEnded(string reason) => LogInfo(
        "{Session} from {Remote} as {Mailbox}: {Retrieved} retrieved, {Deleted} deleted, "
            + "ended after {DurationMs} ms: {Reason}",
        Id, Connection.Remote, _mailbox?.Value ?? "nobody", _retrieved, _deleted, (long)Age.TotalMilliseconds, reason);

    protected override Next OnLine(ReadOnlySpan<byte> line)
    {
        var command = Pop3CommandParser.Parse(line);
        if (Log.IsDebugEnabled)
            Log.Debug("{Session} C: {Line}", Id, Shown(line));

        return _phase(command);
    }

    protected override void WriteChallenge(string base64) => Pop3Reply.WriteChallenge(base64, Connection.Output);

    protected override Next OnLoginEnded(LoginStep end) => end switch
    {
        LoginStep.Accepted(var identity) => Lock(identity),
        LoginStep.Refused => RefuseLogin(),
        LoginStep.Cancelled => GoBack(Pop3Refusal.LoginCancelled),
        LoginStep.Malformed(var reason) => GoBack(_dialog.RefuseMalformedLogin(reason)),
        _ => GoBack(Pop3Refusal.LoginNotChecked),
    };

    /// <summary>Some write USER and PASS in one line; the log shows no password of theirs either.</summary>
    private static string Shown(ReadOnlySpan<byte> line) =>
        SpokenLine.Of(line, line.Count((byte)' ') > 1 ? ShownVerbs : ShownWithOneWord, SecretVerbs);

    private Next Conversing(object message) =>
        message is Pop3Command command ? Do(_dialog.Accept(command)) : Ignore(message);

    private Next Do(Pop3Step step)
    {
        switch (step)
        {
            case Pop3Step.Answer(var reply):
                return Answer(reply);
            case Pop3Step.VerifyPassword(var user, var password):
                Mechanism = "USER";
                _authenticator.Tell(new AuthProtocol.VerifyPassword(user, password, null, Connection.Remote.Address));
                return Await(AwaitingVerdict);
            case Pop3Step.BeginLogin(var mechanism, var initial):
                _phase = LoggingIn;
                return BeginLogin(mechanism, initial);
            case Pop3Step.BeginTls(var reply):
                return Answer(reply) is Next.Read ? Next.StartTls : Next.Close;
            case Pop3Step.Measure(_, var uid):
                return Fetch(step, uid, AwaitingSize);
            case Pop3Step.Send send:
                return TrySend(send) ?? Fetch(step, send.Uid, AwaitingMessage, ReadAhead.Count);
            case Pop3Step.Update(var uids):
                _mailboxes.Tell(new MailboxProtocol.ExpungeAndUnlock(_mailbox!.Value, uids));
                return Await(AwaitingUpdate);
            case Pop3Step.Goodbye(var reply):
                return Leave(reply, "quit");
            default:
                throw new ArgumentOutOfRangeException(nameof(step), step, "not a step");
        }
    }

    private Next AwaitingVerdict(object message) => message switch
    {
        AuthProtocol.LoginAccepted(var identity, _) => Lock(identity),
        AuthProtocol.LoginRefused => RefuseLogin(),
        AuthProtocol.LoginNotChecked => GoBack(Pop3Refusal.LoginNotChecked),
        _ => Ignore(message),
    };

    private Next LoggingIn(object message) => TakeAnswer(message) ?? Ignore(message);

    private Next Lock(LoginIdentity identity)
    {
        LogLogin(identity);
        _mailbox = identity.Mailbox;
        _mailboxes.Tell(new MailboxProtocol.LockMailbox(identity.Mailbox, _options.Lock));
        return Await(AwaitingLock);
    }

    private Next RefuseLogin()
    {
        LogRefusedLogin();
        var next = GoBack(Pop3Refusal.WrongLogin);
        return ++_loginFailures < _options.MaxLoginFailures ? next : Close("too many failed logins");
    }

    private Next AwaitingLock(object message)
    {
        switch (message)
        {
            case MailboxProtocol.MailboxLocked(_, var view):
                _phase = Conversing;
                return Answer(_dialog.OpenMaildrop(
                    new Maildrop(view.UidValidity, new MaildropView(view.Messages), _dialog.IsUtf8)));
            case MailboxProtocol.MailboxBusy:
                return GoBack(Pop3Refusal.InUse);
            case MailboxProtocol.MailboxUsedLately(_, var remaining):
                return GoBack(_dialog.RefuseLoginSoSoon(remaining));
            case MailboxProtocol.MailboxUnavailable:
                return GoBack(Pop3Refusal.MailboxUnavailable);
            default:
                return Ignore(message);
        }
    }

    private Next AwaitingMessage(object message)
    {
        switch (message)
        {
            case MailboxProtocol.MessageFetched(_, _, var slice, var ahead):
                _phase = Conversing;
                _readAhead.Fill(ahead);
                var send = (Pop3Step.Send)_asked!;
                return Send(send, slice, OutflowOf(send, slice));
            case MailboxProtocol.MessageNotFetched:
                _phase = Conversing;
                return Answer(_dialog.Refuse(Pop3Refusal.MessageUnavailable));
            default:
                return Ignore(message);
        }
    }

    /// <summary>Sends what the mailbox has told of already; null if it has to be asked.</summary>
    private Next? TrySend(Pop3Step.Send send)
    {
        if (_readAhead.Find(send.Uid) is not { } slice)
            return null;

        var outflow = OutflowOf(send, slice);
        return outflow.TryLoad() ? Send(send, slice, outflow) : null;
    }

    private MessageOutflow OutflowOf(Pop3Step.Send send, MessageSlice slice)
    {
        var needsSurrogate = !_dialog.IsUtf8 && SurrogateHeader.MayBeNeeded(slice.Traits);
        return new MessageOutflow(slice, send.BodyLines, needsSurrogate ? new SurrogateHeader(slice.Traits) : null);
    }

    private Next Send(Pop3Step.Send send, MessageSlice slice, MessageOutflow outflow)
    {
        Outflow.MakeRoom(Connection.Output, slice.WireLength + Pop3Reply.MaxLineLength);
        Answer(_dialog.BeginMessage(send, _dialog.Maildrop.SizeOf(send.Number) ?? SurrogateSize.Of(slice)));
        _outflow = outflow;
        _retrieved += send.BodyLines is null ? 1 : 0;
        return OnFlushed();
    }

    /// <summary>
    /// The checksum of what was sent is wrong. Either another program has written over the message, which the mailbox
    /// finds out, and its end must not be sent; or the disk has, and nobody could ever read it if it were held back.
    /// </summary>
    private Next AwaitingProof(object message)
    {
        switch (message)
        {
            case MailboxProtocol.MessageFetched(_, var uid, _, _):
                Log.Warning(
                    "{Session} sent message {Uid} of {Mailbox}, which is not as it was stored: a fault of the disk? "
                        + "`actormail mailbox check` tells more", Id, uid, _mailbox!.Value);
                ((MessageOutflow)_outflow!).WriteEnd(Connection.Output);
                (_phase, _outflow) = (Conversing, null);
                return Next.ReadOn;
            case MailboxProtocol.MessageNotFetched:
                throw new InvalidDataException("Another program has written over a message while it was sent.");
            default:
                return Ignore(message);
        }
    }

    private Next AwaitingSize(object message)
    {
        if (message is not (MailboxProtocol.MessageFetched or MailboxProtocol.MessageNotFetched))
            return Ignore(message);

        _phase = Conversing;
        long? size = message is MailboxProtocol.MessageFetched(_, _, var slice, _) ? SurrogateSize.Of(slice) : null;
        return Do(_dialog.Measured(((Pop3Step.Measure)_asked!).Number, size));
    }

    /// <summary>A list has come to a message whose size nobody knows.</summary>
    private Next MeasureNext()
    {
        var number = _dialog.Maildrop.FindUnmeasured()!.Value;
        var uid = _dialog.Maildrop.Find(number)!.Value.Uid;
        return Fetch(new Pop3Step.Measure(number, uid), uid, AwaitingSizes, ReadAhead.Count);
    }

    private Next AwaitingSizes(object message)
    {
        var number = ((Pop3Step.Measure)_asked!).Number;
        switch (message)
        {
            case MailboxProtocol.MessageFetched(_, _, var slice, var ahead):
                foreach (var one in ahead.Insert(0, slice))
                {
                    if (_dialog.Maildrop.SizeOf(number) is null)
                        _dialog.Maildrop.Measure(number, SurrogateSize.Of(one));
                    number++;
                }

                break;
            case MailboxProtocol.MessageNotFetched:
                _dialog.Maildrop.Measure(number, null);
                break;
            default:
                return Ignore(message);
        }

        _phase = Conversing;
        return OnFlushed();
    }

    private Next AwaitingUpdate(object message)
    {
        switch (message)
        {
            case MailboxProtocol.MailboxUnlocked:
                _deleted = _dialog.Maildrop.Deleted;
                return Leave(_dialog.Goodbye(), "quit");
            case MailboxProtocol.ExpungeFailed:
                return Leave(_dialog.Refuse(Pop3Refusal.NotDeleted), "the deletions failed");
            default:
                return Ignore(message);
        }
    }

    private Next Fetch(Pop3Step? step, uint uid, Func<object, Next> phase, int ahead = 0)
    {
        _asked = step;
        _mailboxes.Tell(
            new MailboxProtocol.FetchMessage(_mailbox!.Value, uid, ahead, MessageOutflow.ReadOctets));
        return Await(phase);
    }

    /// <summary>An answer that nobody waits for any more.</summary>
    private Next Ignore(object message)
    {
        Unhandled(message);
        return Next.Wait;
    }

    private Next Answer(Pop3Reply reply)
    {
        if (Log.IsDebugEnabled)
            Log.Debug("{Session} S: {Reply}", Id, reply);
        if (reply.Lines is null)
        {
            reply.WriteTo(Connection.Output);
            return Answered(reply.IsError);
        }

        // One command too many is not answered: it hears the farewell.
        if (Answered(isError: false) is not Next.Read)
            return Next.Close;

        _outflow = new ListingOutflow(reply);
        return OnFlushed();
    }

    private Next Await(Func<object, Next> phase)
    {
        _phase = phase;
        return Next.Wait;
    }

    private Next GoBack(Pop3Refusal refusal) => GoBack(_dialog.Refuse(refusal));

    private Next GoBack(Pop3Reply reply)
    {
        (_mailbox, _phase) = (null, Conversing);
        return Answer(reply);
    }

    private Next Leave(Pop3Reply reply, string reason)
    {
        reply.WriteTo(Connection.Output);
        return Close(reason);
    }
}
