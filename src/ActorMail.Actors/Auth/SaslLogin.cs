using System.Net;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Sasl;
using Akka.Actor;

namespace ActorMail.Actors.Auth;

/// <summary>
/// One login of a client by SASL, the same for every protocol (RFC 4422): between the lines of the client, the
/// mechanism that makes sense of them, and the authenticator that knows the accounts. It asks one thing at a time; an
/// answer to something else is not taken.
/// </summary>
/// <param name="exchange">Of the mechanism that the client chose.</param>
/// <param name="remote">Who guesses too often.</param>
/// <param name="session">Whom the authenticator answers.</param>
public sealed class SaslLogin(SaslExchange exchange, IActorRef authenticator, IPAddress remote, IActorRef session)
{
    private SaslStep? _asked;
    private LoginIdentity? _identity;

    /// <param name="initial">What came with the command: base64, or <c>=</c> for an empty response.</param>
    /// <param name="isGiven">False if nothing did.</param>
    public LoginStep Begin(ReadOnlySpan<byte> initial, bool isGiven)
    {
        if (!isGiven)
            return Do(exchange.Start(null));

        return SaslText.TryDecodeInitial(initial, out var octets) ? Do(exchange.Start(octets)) : NoBase64;
    }

    /// <summary>Takes the client's line that answers a challenge.</summary>
    public LoginStep Respond(ReadOnlySpan<byte> line)
    {
        if (line.SequenceEqual("*"u8))
            return LoginStep.Cancelled.Instance;

        return SaslText.TryDecode(line, out var octets) ? Do(exchange.Respond(octets)) : NoBase64;
    }

    /// <summary>Takes the authenticator's answer; null for a message that answers nothing that was asked.</summary>
    public LoginStep? Take(object message)
    {
        if (_asked is null)
            return null;

        switch (message)
        {
            case AuthProtocol.SaltFound(var salt) when _asked is SaslStep.FindSalt:
                _asked = null;
                return Do(exchange.TakeSalt(salt));
            case AuthProtocol.LoginAccepted(var identity, var signature) when _asked is not SaslStep.FindSalt:
                (_asked, _identity) = (null, identity);
                return Do(exchange.Confirm(signature));
            case AuthProtocol.LoginRefused:
                return LoginStep.Refused.Instance;
            case AuthProtocol.LoginNotChecked:
                return LoginStep.NotChecked.Instance;
            default:
                return null;
        }
    }

    private static LoginStep.Malformed NoBase64 => new("That is no base64");

    private LoginStep Do(SaslStep step) => step switch
    {
        SaslStep.Challenge(var data) => new LoginStep.Challenge(SaslText.Encode(data.Span)),
        SaslStep.CheckPassword(var user, var password, var authorizationId) =>
            Ask(step, new AuthProtocol.VerifyPassword(user, password, authorizationId, remote)),
        SaslStep.FindSalt(var user, var hash) => Ask(step, new AuthProtocol.FindSalt(user, hash)),
        SaslStep.CheckProof(var user, var proof, var authorizationId) =>
            Ask(step, new AuthProtocol.VerifyProof(user, proof, authorizationId, remote)),
        SaslStep.Malformed(var reason) => new LoginStep.Malformed(reason),
        SaslStep.Accepted when _identity is not null => new LoginStep.Accepted(_identity),
        _ => LoginStep.Refused.Instance,
    };

    private LoginStep.Waiting Ask(SaslStep step, object question)
    {
        _asked = step;
        authenticator.Tell(question, session);
        return LoginStep.Waiting.Instance;
    }
}
