using System.Buffers;
using System.Globalization;
using ActorMail.Actors.Auth;
using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Net;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Pop3;
using ActorMail.Storage.Mailboxes;
using Akka.Actor;
using Akka.Event;

namespace ActorMail.Actors.Pop3;

/// <summary>
/// One POP3 conversation (RFC 1939). Each phase is a method that takes the client's next command, or the answer of the
/// actor that was asked; what needs no waiting is decided by <see cref="Maildrop"/>.
/// <code>
/// Authorization   --PASS-->     AwaitingVerdict --accepted--> AwaitingLock --locked--> Transaction
/// AwaitingVerdict --refused-->  Authorization;   AwaitingLock --busy--> Authorization
/// Authorization   --AUTH-->     LoggingIn       --accepted--> AwaitingLock;   refused, cancelled: Authorization
/// Authorization   --STLS-->     (handshake)     --> Authorization
/// Transaction     --RETR,TOP--> AwaitingMessage --fetched-->  Transaction, sending step by step
/// Transaction     --QUIT-->     AwaitingUpdate  --unlocked--> (closed)
/// </code>
/// Deleting is asked for on QUIT and nowhere else, so a session that ends in any other way deletes nothing
/// (RFC 1939 §6). The lock needs no care of ours: the mailbox watches whom it gave it to.
/// </summary>
public sealed class Pop3SessionActor : LoginSessionActor
{
    private static readonly string[] ShownVerbs =
        ["USER", "STAT", "LIST", "UIDL", "RETR", "TOP", "DELE", "RSET", "NOOP", "QUIT", "CAPA", "STLS"];

    private const string NotChecked = "[SYS/TEMP] Logins cannot be checked now, try again later";

    private readonly IActorRef _authenticator;
    private readonly IActorRef _mailboxes;
    private readonly Pop3Options _options;
    private Func<object, Next> _phase;
    private string? _user;
    private int _loginFailures;
    private MailboxName? _mailbox;
    private Maildrop _maildrop = Maildrop.Empty;
    private Pop3Command? _asked;
    private Outflow? _outflow;
    private int _retrieved;
    private int _deleted;

    public Pop3SessionActor(Connection connection, Pop3Services services, Pop3Options options)
        : base(connection, options.Session, services.Logins, options.MaxLineLength)
    {
        (_authenticator, _mailboxes, _options) = (services.Logins.Authenticator, services.Mailboxes, options);
        _phase = Authorization;
    }

    /// <summary>The line for a client that gets no session.</summary>
    public static ReadOnlyMemory<byte> Refuse(Refusal refusal) => refusal switch
    {
        Refusal.ServerFull => "-ERR [SYS/TEMP] Too many connections, try again later\r\n"u8.ToArray(),
        Refusal.TooOften => "-ERR [SYS/TEMP] Too many connections a minute from your address\r\n"u8.ToArray(),
        _ => "-ERR [SYS/TEMP] Too many connections from your address\r\n"u8.ToArray(),
    };

    protected override void OnRefused(Refusal refusal) => Connection.Output.Write(Refuse(refusal).Span);

    protected override void OnOffer() => _user = null;

    protected override Next OnGreeting() => Answer(Pop3Reply.Ok("POP3 server ready"));

    protected override Next OnInput(ref ReadOnlySequence<byte> input) => TakeLine(ref input);

    protected override Next OnLineTooLong(bool wasLogin) =>
        _phase(new Pop3Command.Invalid($"Line longer than {_options.MaxLineLength} octets"));

    protected override Next OnMessage(object message) => _phase(message);

    protected override Next OnFlushed()
    {
        if (_outflow is not null && _outflow.WriteStep(Connection.Output))
            return Next.Flush;

        _outflow = null;
        return Next.Read;
    }

    protected override void OnFarewell(Farewell reason)
    {
        // In the middle of a message the client would take the last words for a line of it.
        if (_outflow is not null)
            return;

        Pop3Reply.Err(reason switch
        {
            Farewell.TimedOut => "[SYS/TEMP] Nothing heard for too long, goodbye",
            Farewell.SessionTooLong => "[SYS/TEMP] This session has lasted too long, goodbye",
            Farewell.TooManyCommands => "[SYS/TEMP] Too many commands in one session, goodbye",
            Farewell.TooManyErrors => "[SYS/TEMP] Too many errors, goodbye",
            Farewell.TlsOnPlainPort => "This port does not speak TLS",
            Farewell.SpokeEarly => "The greeting comes first",
            Farewell.ShuttingDown => "[SYS/TEMP] The server is shutting down",
            _ => "[SYS/TEMP] The server has a problem, try again later",
        }).WriteTo(Connection.Output);
    }

    protected override void OnEnded(string reason) => LogInfo(
        "{Session} from {Remote} as {Mailbox}: {Retrieved} retrieved, {Deleted} deleted, "
            + "ended after {DurationMs} ms: {Reason}",
        Id, Connection.Remote, _mailbox?.Value ?? "nobody", _retrieved, _deleted, (long)Age.TotalMilliseconds, reason);

    protected override Next OnLine(ReadOnlySpan<byte> line)
    {
        var command = Pop3CommandParser.Parse(line);
        if (Log.IsDebugEnabled)
            Log.Debug("{Session} C: {Line}", Id, SpokenLine.Of(line, ShownVerbs, ["PASS", "APOP", "AUTH"]));

        return _phase(command);
    }

    private Next Authorization(object message)
    {
        var user = _user;
        // PASS counts only right behind USER (RFC 1939 §7).
        _user = null;
        switch (message)
        {
            case Pop3Command.User or Pop3Command.Pass or Pop3Command.Auth when !Offer.IsOpen:
                return Answer(Pop3Reply.Err("No login without TLS: STLS comes first"));
            case Pop3Command.User(var name):
                _user = name;
                return Answer(Pop3Reply.Ok("Send PASS"));
            case Pop3Command.Pass(var password) when user is not null:
                Mechanism = "USER";
                _authenticator.Tell(new AuthProtocol.VerifyPassword(user, password, null, Connection.Remote.Address));
                return Await(AwaitingVerdict);
            case Pop3Command.Pass:
                return Answer(Pop3Reply.Err("Send USER first"));
            case Pop3Command.Auth(var mechanism, _) when !Offer.Has(mechanism):
                return Answer(Pop3Reply.Err($"Mechanisms: {string.Join(' ', Offer.Names)}"));
            case Pop3Command.Auth(var mechanism, var initial):
                _phase = LoggingIn;
                return BeginLogin(mechanism, initial);
            case Pop3Command.Stls when CanStartTls:
                return Answer(Pop3Reply.Ok("Begin TLS")) is Next.Read ? Next.StartTls : Next.Close;
            case Pop3Command.Stls:
                return Answer(Pop3Reply.Err(
                    Connection.Tls is null ? "TLS is not available here" : "TLS is in use already"));
            case Pop3Command.Capa:
                return Answer(Capabilities);
            case Pop3Command.Quit:
                return Quit();
            case Pop3Command.Invalid(var reason):
                return Answer(Pop3Reply.Err(reason));
            case Pop3Command:
                return Answer(Pop3Reply.Err("Log in first: USER name, then PASS password"));
            default:
                return Ignore(message);
        }
    }

    private Pop3Reply Capabilities => Pop3Capabilities.Reply(
        CanStartTls && _mailbox is null, Offer.IsOpen, Offer.Names);

    private Next AwaitingVerdict(object message) => message switch
    {
        AuthProtocol.LoginAccepted(var identity, _) => Lock(identity),
        AuthProtocol.LoginRefused => RefuseLogin(),
        AuthProtocol.LoginNotChecked => BackToAuthorization(NotChecked),
        _ => Ignore(message),
    };

    private Next LoggingIn(object message) => message switch
    {
        // A line that was too long for an answer.
        Pop3Command.Invalid(var reason) => BackToAuthorization(reason),
        _ => TakeAnswer(message) ?? Ignore(message),
    };

    protected override void WriteChallenge(string base64) => Pop3Reply.WriteChallenge(base64, Connection.Output);

    protected override Next OnLoginEnded(LoginStep end) => end switch
    {
        LoginStep.Accepted(var identity) => Lock(identity),
        LoginStep.Refused => RefuseLogin(),
        LoginStep.Cancelled => BackToAuthorization("Login cancelled"),
        LoginStep.Malformed(var reason) => BackToAuthorization(reason),
        _ => BackToAuthorization(NotChecked),
    };

    private Next Lock(LoginIdentity identity)
    {
        LogLogin(identity);
        _mailbox = identity.Mailbox;
        _mailboxes.Tell(new MailboxProtocol.LockMailbox(identity.Mailbox));
        return Await(AwaitingLock);
    }

    private Next RefuseLogin()
    {
        LogRefusedLogin();
        var next = BackToAuthorization("[AUTH] Wrong user or password");
        return ++_loginFailures < _options.MaxLoginFailures ? next : Close("too many failed logins");
    }

    private Next AwaitingLock(object message)
    {
        switch (message)
        {
            case MailboxProtocol.MailboxLocked(_, var view):
                _maildrop = Open(view);
                _phase = Transaction;
                return Answer(Pop3Reply.Ok(_maildrop.Summary));
            case MailboxProtocol.MailboxBusy:
                return BackToAuthorization("[IN-USE] Another session has this mailbox open");
            case MailboxProtocol.MailboxUnavailable:
                return BackToAuthorization("[SYS/TEMP] The mailbox cannot be opened now, try again later");
            default:
                return Ignore(message);
        }
    }

    private Next Transaction(object message)
    {
        switch (message)
        {
            case Pop3Command.Retr(var number) command when _maildrop.Find(number) is { } entry:
                return Fetch(command, entry);
            case Pop3Command.Top(var number, _) command when _maildrop.Find(number) is { } entry:
                return Fetch(command, entry);
            case Pop3Command.Quit:
                _mailboxes.Tell(new MailboxProtocol.ExpungeAndUnlock(_mailbox!.Value, _maildrop.DeletedUids));
                return Await(AwaitingUpdate);
            case Pop3Command.Capa:
                return Answer(Capabilities);
            case Pop3Command command:
                (_maildrop, var reply) = _maildrop.Execute(command);
                return Answer(reply);
            default:
                return Ignore(message);
        }
    }

    private Next AwaitingMessage(object message)
    {
        switch (message)
        {
            case MailboxProtocol.MessageFetched(_, _, var slice):
                _phase = Transaction;
                (_maildrop, var reply) = _maildrop.Execute(_asked!);
                Answer(reply);
                _outflow = new MessageOutflow(slice, _asked is Pop3Command.Top(_, var lines) ? lines : null);
                _retrieved += _asked is Pop3Command.Retr ? 1 : 0;
                return OnFlushed();
            case MailboxProtocol.MessageNotFetched:
                _phase = Transaction;
                return Answer(Pop3Reply.Err("[SYS/TEMP] The message cannot be read now"));
            default:
                return Ignore(message);
        }
    }

    private Next AwaitingUpdate(object message)
    {
        switch (message)
        {
            case MailboxProtocol.MailboxUnlocked:
                _deleted = _maildrop.Deleted.Count;
                return Quit();
            case MailboxProtocol.ExpungeFailed:
                Answer(Pop3Reply.Err("[SYS/TEMP] The messages were not deleted"));
                return Close("quit, but the messages could not be deleted");
            default:
                return Ignore(message);
        }
    }

    private Next Fetch(Pop3Command command, MaildropEntry entry)
    {
        _asked = command;
        _mailboxes.Tell(new MailboxProtocol.FetchMessage(_mailbox!.Value, entry.Uid));
        return Await(AwaitingMessage);
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

        _outflow = new ListingOutflow(reply);
        return Answered(isError: false) is Next.Read ? OnFlushed() : Next.Close;
    }

    private Next Await(Func<object, Next> phase)
    {
        _phase = phase;
        return Next.Wait;
    }

    private Next BackToAuthorization(string reason)
    {
        (_mailbox, _phase) = (null, Authorization);
        return Answer(Pop3Reply.Err(reason));
    }

    private Next Quit()
    {
        Pop3Reply.Ok("Goodbye").WriteTo(Connection.Output);
        return Close("quit");
    }

    private static Maildrop Open(MailboxView view) => new(
    [
        .. view.Messages.Select(message => new MaildropEntry(
            message.Uid,
            string.Create(CultureInfo.InvariantCulture, $"{view.UidValidity:x}.{message.Uid:x}"),
            message.WireLength)),
    ]);
}
