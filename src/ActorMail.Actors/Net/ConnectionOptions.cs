namespace ActorMail.Actors.Net;

/// <summary>How many clients are served at once, over all listeners together.</summary>
public sealed record ConnectionOptions
{
    public int MaxConnections { get; init; } = 4_000;

    /// <summary>From one address (an IPv6 network of 64 bits counts as one).</summary>
    public int MaxPerAddress { get; init; } = 50;

    /// <summary>From the machine itself, where a test suite or a front end may need many.</summary>
    public int MaxFromLoopback { get; init; } = 1_000;

    /// <summary>The kernel's queue of clients not accepted yet.</summary>
    public int Backlog { get; init; } = 512;
}
