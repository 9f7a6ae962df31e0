using ActorMail.Protocols.Smtp;
using ActorMail.Storage.Mailboxes;
using Akka.Actor;

namespace ActorMail.Actors.Smtp;

/// <summary>Whom an SMTP session talks to, the same for all sessions.</summary>
public sealed record SmtpServices(
    IActorRef Resolver, IActorRef Coordinator, MailStore Store, SmtpSettings Settings, TimeProvider Time);
