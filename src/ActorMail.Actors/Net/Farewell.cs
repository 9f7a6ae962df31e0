namespace ActorMail.Actors.Net;

/// <summary>Why the server ends a session by itself; each protocol has its own words for it.</summary>
public enum Farewell
{
    /// <summary>The client was silent or too slow.</summary>
    TimedOut,

    /// <summary>The same, and what it sent ends with an LF alone, which ends no line.</summary>
    BareLineFeed,

    /// <summary>The session has lasted for as long as any may.</summary>
    SessionTooLong,

    /// <summary>More commands than one session may send.</summary>
    TooManyCommands,

    /// <summary>More refused commands than one session may send.</summary>
    TooManyErrors,

    /// <summary>The client speaks TLS to a port that does not.</summary>
    TlsOnPlainPort,

    /// <summary>The client did not wait for the greeting, as programs that only send do (RFC 5321 §3.1).</summary>
    SpokeEarly,

    /// <summary>The server is being stopped.</summary>
    ShuttingDown,

    /// <summary>Something broke on our side. The log has it; the client must not.</summary>
    Failed,
}
