using ActorMail.Actors.Auth;
using Akka.Actor;

namespace ActorMail.Actors.Pop3;

/// <summary>Whom a POP3 session talks to.</summary>
public sealed record Pop3Services(IActorRef Mailboxes, LoginServices Logins);
