namespace ActorMail.Actors.Auth;

/// <summary>From where passwords are taken over connections without TLS.</summary>
public enum PlaintextLogins
{
    Loopback,
    Everywhere,
    Nowhere,
}
