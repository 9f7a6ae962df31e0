using ActorMail.Actors.Net;

namespace ActorMail.Server.Configuration;

/// <summary>Reads <c>actormail.connections</c>.</summary>
internal static class ConnectionsBinder
{
    private const int Million = 1_000_000;

    /// <summary>What the PROXY protocol (§2.2) asks for, and the most that its length field can say.</summary>
    private const int LeastProxyHeader = 536;
    private const int MostProxyHeader = 16 + ushort.MaxValue;

    public static ConnectionOptions Bind(SettingValues values) => new()
    {
        MaxConnections = values.Number("actormail.connections.max", 1, Million),
        MaxPerAddress = values.Number("actormail.connections.max-per-address", 1, Million),
        MaxFromLoopback = values.Number("actormail.connections.max-from-loopback", 1, Million),
        Backlog = values.Number("actormail.connections.backlog", 1, 65_535),
        ProxyProtocolFrom = values.Networks("actormail.connections.proxy-protocol-from"),
        MaxProxyHeaderSize = (int)values.Size(
            "actormail.connections.max-proxy-header-size", LeastProxyHeader, MostProxyHeader),
    };
}
