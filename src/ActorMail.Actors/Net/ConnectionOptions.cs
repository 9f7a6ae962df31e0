namespace ActorMail.Actors.Net;

/// <summary>How many clients are served at once, over all listeners together, and who speaks for others.</summary>
public sealed record ConnectionOptions
{
    public int MaxConnections { get; init; } = 4_000;

    /// <summary>From one address (an IPv6 network of 64 bits counts as one).</summary>
    public int MaxPerAddress { get; init; } = 50;

    /// <summary>From the machine itself, where a test suite or a front end may need many.</summary>
    public int MaxFromLoopback { get; init; } = 1_000;

    /// <summary>The kernel's queue of clients not accepted yet.</summary>
    public int Backlog { get; init; } = 512;

    /// <summary>
    /// Front ends whose connections begin with a PROXY header, which says who the client is. They may have as many
    /// connections as the server takes in all.
    /// </summary>
    public NetworkSet ProxyProtocolFrom { get; init; } = NetworkSet.Empty;

    /// <summary>Octets of such a header; the PROXY protocol (§2.2) asks for 536 at least.</summary>
    public int MaxProxyHeaderSize { get; init; } = 2_048;
}
