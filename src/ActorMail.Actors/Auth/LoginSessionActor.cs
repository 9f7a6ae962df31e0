using System.Buffers;
using System.Text;
using ActorMail.Actors.Net;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Sasl;
using ActorMail.Protocols.Wire;
using Akka.Event;

namespace ActorMail.Actors.Auth;

/// <summary>
/// A session of lines in which a client may log in by SASL: what SMTP (RFC 4954) and POP3 (RFC 5034) have in common
/// there, apart from their words.
/// <code>
/// (lines) --AUTH--> Begin --challenge--> (line) Respond --challenge--> ... --> OnLoginEnded --> (lines)
///                   the authenticator is asked and waited for at any of these arrows
/// </code>
/// </summary>
public abstract class LoginSessionActor : SessionActor
{
    /// <summary>In octets, CRLF included: the longest base64, behind a command that may go before it.</summary>
    private const int MaxLoginLineLength = SaslText.MaxLineLength + 64;

    private readonly LoginServices _services;
    private readonly int _maxLineLength;
    private readonly LineReader _lines;
    private SaslLogin? _login;

    /// <param name="maxLineLength">Octets of a command, CRLF included; what answers a challenge may be longer.</param>
    protected LoginSessionActor(
        Connection connection, SessionOptions options, LoginServices services, int maxLineLength)
        : base(connection, options, services.Tls)
    {
        (_services, _maxLineLength) = (services, maxLineLength);
        _lines = new LineReader(Math.Max(maxLineLength, MaxLoginLineLength));
    }

    /// <summary>How the client may log in: known when it is greeted, and another when TLS begins.</summary>
    protected LoginOffer Offer { get; private set; } = LoginOffer.None;

    /// <summary>Of the last login that was begun, as the log names it.</summary>
    protected string Mechanism { get; set; } = "";

    protected bool IsLoggingIn => _login is not null;

    /// <summary>
    /// The <see cref="Offer"/> is another. All that the client has said so far is to be forgotten (RFC 3207 §4.2).
    /// </summary>
    protected abstract void OnOffer();

    /// <summary>What the client hears first.</summary>
    protected abstract Next OnGreeting();

    /// <summary>One command, without its CRLF.</summary>
    protected abstract Next OnLine(ReadOnlySpan<byte> line);

    /// <summary>A line was thrown away; if somebody was logging in, that has ended.</summary>
    protected abstract Next OnLineTooLong(bool wasLogin);

    protected abstract void WriteChallenge(string base64);

    /// <summary>A login has come to its end, in one of the ways that are neither challenge nor waiting.</summary>
    protected abstract Next OnLoginEnded(LoginStep end);

    /// <summary>Takes one line: a command, or the answer to a challenge.</summary>
    protected Next TakeLine(ref ReadOnlySequence<byte> input)
    {
        switch (_lines.TryRead(ref input, out var line))
        {
            case LineResult.Line when _login is not null:
                Log.Debug("{Session} C: ***", Id);
                return GoOn(_login.Respond(line));
            case LineResult.Line when line.Length + 2 <= _maxLineLength || IsAuth(line):
                return OnLine(line);
            case LineResult.NeedsMoreData:
                return Next.Read;
            default:
                var wasLogin = _login is not null;
                _login = null;
                return OnLineTooLong(wasLogin);
        }
    }

    /// <summary>Begins a login by a mechanism that is on offer.</summary>
    /// <param name="initial">Base64, or <c>=</c>; null if none was given.</param>
    protected Next BeginLogin(string mechanism, Secret? initial)
    {
        Mechanism = mechanism.ToUpperInvariant();
        _login = Offer.Begin(Mechanism, _services.Authenticator, Connection.Remote.Address, Self);
        return GoOn(_login.Begin(Encoding.ASCII.GetBytes(initial?.Value ?? ""), initial is not null));
    }

    /// <summary>Takes an answer of the authenticator; null for any other message.</summary>
    protected Next? TakeAnswer(object message) => _login?.Take(message) is { } step ? GoOn(step) : null;

    protected void LogLogin(LoginIdentity identity) => LogInfo(
        "{Session} from {Remote} logged in as {User} by {Mechanism}, {Tls}",
        Id, Connection.Remote, identity, Mechanism, Connection.Tls?.Version ?? "without TLS");

    protected void LogRefusedLogin() => LogInfo(
        "{Session} from {Remote} gave a wrong user or password by {Mechanism}", Id, Connection.Remote, Mechanism);

    protected sealed override Next OnConnected()
    {
        MakeOffer();
        return OnGreeting();
    }

    protected sealed override Next OnSecured()
    {
        MakeOffer();
        return Next.Read;
    }

    /// <summary>
    /// A login that was not answered ends the session: its answer may still come, and must not be taken for that of
    /// another login.
    /// </summary>
    protected override Next OnNoAnswer() => SayGoodbye(Farewell.Failed);

    /// <summary>The connection is another: that of another client, or under TLS.</summary>
    protected void MakeOffer()
    {
        Offer = LoginOffer.On(Connection, _services.Options);
        OnOffer();
    }

    private static bool IsAuth(ReadOnlySpan<byte> line) =>
        line.Length > 4 && Ascii.EqualsIgnoreCase(line[..5], "AUTH "u8);

    private Next GoOn(LoginStep step)
    {
        switch (step)
        {
            case LoginStep.Waiting:
                return Next.Wait;
            case LoginStep.Challenge(var text):
                Log.Debug("{Session} S: (challenge)", Id);
                WriteChallenge(text);
                return Next.Read;
            default:
                _login = null;
                return OnLoginEnded(step);
        }
    }
}
