using ActorMail.Actors.Net;

namespace ActorMail.Actors.Pop3;

/// <summary>The settings of <c>actormail.pop3</c>, checked when they are read.</summary>
public sealed record Pop3Options
{
    /// <summary>Octets of a command line, CRLF included. RFC 2449 §4: at least 255.</summary>
    public int MaxLineLength { get; init; } = 512;

    /// <summary>Failed logins in one session, then it is closed.</summary>
    public int MaxLoginFailures { get; init; } = 3;

    /// <summary>RFC 1939 §3: an autologout timer lasts at least 10 minutes.</summary>
    public SessionOptions Session { get; init; } = new() { IdleTimeout = TimeSpan.FromMinutes(10) };
}
