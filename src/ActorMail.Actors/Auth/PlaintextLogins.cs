namespace ActorMail.Actors.Auth;

/// <summary>From where a login is offered and taken without TLS (RFC 8314 §3.3 wants it from nowhere).</summary>
public enum PlaintextLogins
{
    /// <summary>From this machine, where nobody listens in between.</summary>
    Loopback,

    Everywhere,

    Nowhere,
}
