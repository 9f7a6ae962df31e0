using ActorMail.Actors.Auth;
using ActorMail.Protocols.Smtp;
using ActorMail.Storage.Mailboxes;
using Akka.Actor;

namespace ActorMail.Actors.Smtp;

/// <summary>Whom an SMTP session talks to, and what is the same for all sessions of a listener.</summary>
public sealed record SmtpServices(
    IActorRef Resolver,
    IActorRef Coordinator,
    LoginServices Logins,
    MailStore Store,
    SmtpSettings Settings,
    TimeProvider Time)
{
    /// <summary>Null for a listener that asks nothing of its clients besides the protocol.</summary>
    public SmtpPolicy? Policy { get; init; }
}
