using ActorMail.Actors.Net;
using Akka.Actor;

namespace ActorMail.Actors.Auth;

/// <summary>What a session needs for logins: whom to ask, what to offer, and TLS.</summary>
public sealed record LoginServices(IActorRef Authenticator, AuthOptions Options, SessionTls Tls);
