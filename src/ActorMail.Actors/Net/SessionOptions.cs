namespace ActorMail.Actors.Net;

/// <summary>
/// How long a session may wait, a limit for each thing it can wait for, and how much it may ask in all. Waits are
/// deadlines: bytes that trickle in do not move them.
/// </summary>
public sealed record SessionOptions
{
    /// <summary>
    /// Until the next command begins. RFC 5321 §4.5.3.2.7: at least 5 minutes; RFC 1939 §3: at least 10.
    /// </summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Until a command is complete, once its first octet is in.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Between two blocks of DATA (RFC 5321 §4.5.3.2.5: 3 minutes).</summary>
    public TimeSpan DataTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>
    /// Slowest average of DATA in octets a second, after the first <see cref="DataTimeout"/>; 0 for none.
    /// </summary>
    public int MinDataRate { get; init; } = 100;

    /// <summary>For another actor's answer, before the client hears that we failed.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>For a TLS handshake, from the client's first octet to its last, however they trickle in.</summary>
    public TimeSpan TlsTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For the client to take what one flush sent.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>For the whole session, whatever happens in it.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromHours(12);

    /// <summary>Commands in one session, then it is closed.</summary>
    public int MaxCommands { get; init; } = 1_000_000;

    /// <summary>Commands refused in one session, then it is closed (RFC 5321 §3.8 allows 421 for abuse).</summary>
    public int MaxErrors { get; init; } = 100;

    /// <summary>
    /// How long a client waits for its greeting, TLS from the first octet apart; RFC 5321 §4.5.3.2.1 lets clients wait
    /// for 5 minutes.
    /// </summary>
    public TimeSpan GreetingDelay { get; init; }

    /// <summary>
    /// Whether a client that sends anything before the greeting is turned away (RFC 5321 §3.1 makes clients wait).
    /// </summary>
    public bool RefusesEarlyTalkers { get; init; }

    /// <summary>Clients without greeting delay, that may also speak early.</summary>
    public NetworkSet Exempt { get; init; } = NetworkSet.Loopback;

    /// <summary>The monotonic clock; only tests have another.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
