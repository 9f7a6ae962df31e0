using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ActorMail.Server.Configuration;

/// <summary>
/// An address and port to listen on. <paramref name="IsOptional"/>: skipped where the machine does not have the
/// address, as the <c>[::1]</c> of <c>localhost</c>; a port in use is a fault all the same.
/// </summary>
public sealed record ListenEndpoint(IPEndPoint Endpoint, bool IsOptional = false)
{
    public const string Examples = "such as 127.0.0.1:2525, [::1]:2525 or localhost:2525";

    private const string Localhost = "localhost:";

    public bool IsLoopback => IPAddress.IsLoopback(Endpoint.Address);

    /// <summary>
    /// Reads <c>127.0.0.1:2525</c>, <c>[::1]:2525</c> or <c>localhost:2525</c>, which are two. Host names are not
    /// looked up: what a server listens on must not depend on a name server.
    /// </summary>
    public static bool TryParse(string text, out ImmutableArray<ListenEndpoint> endpoints)
    {
        endpoints = [];
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !TryParsePort(text.AsSpan(colon + 1), out var port))
            return false;

        if (text.AsSpan(0, colon + 1).Equals(Localhost, StringComparison.OrdinalIgnoreCase))
        {
            endpoints =
            [
                new ListenEndpoint(new IPEndPoint(IPAddress.Loopback, port)),
                new ListenEndpoint(new IPEndPoint(IPAddress.IPv6Loopback, port), IsOptional: true),
            ];
            return true;
        }

        if (!TryParseAddress(text[..colon], out var address))
            return false;

        endpoints = [new ListenEndpoint(new IPEndPoint(address, port))];
        return true;
    }

    public override string ToString() => Endpoint.ToString();

    private static bool TryParsePort(ReadOnlySpan<char> text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= IPEndPoint.MaxPort;

    private static bool TryParseAddress(string text, out IPAddress address)
    {
        address = IPAddress.None;
        if (text is ['[', .. var inner, ']'])
        {
            return !inner.AsSpan().ContainsAny('[', '/') && IPAddress.TryParse(inner, out address!)
                && address.AddressFamily == AddressFamily.InterNetworkV6;
        }

        // IPAddress takes 127.1 and 0x7f.0.0.1 too, which would listen where the reader does not expect it.
        return IPAddress.TryParse(text, out address!) && address.AddressFamily == AddressFamily.InterNetwork
            && address.ToString() == text;
    }
}
