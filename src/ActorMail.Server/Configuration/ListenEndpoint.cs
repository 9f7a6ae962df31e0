using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorMail.Server.Configuration;

/// <summary>
/// An address and port to listen on, or the path of a Unix socket. <paramref name="IsOptional"/>: skipped where the
/// machine does not have the address, as the <c>[::1]</c> of <c>localhost</c>; a port in use is a fault all the same.
/// </summary>
public sealed record ListenEndpoint(EndPoint Endpoint, bool IsOptional = false)
{
    public const string Examples = "such as 127.0.0.1:2525, [::1]:2525 or localhost:2525";

    /// <summary>Where a path is taken, too.</summary>
    public const string PathExamples = Examples + ", or a Unix socket, such as unix:/run/actormail/lmtp.sock";

    private const string Localhost = "localhost:";
    private const string PathPrefix = "unix:";

    /// <summary>What <c>sun_path</c> of unix(7) holds, without the zero behind it.</summary>
    private const int MaxPathOctets = 107;

    /// <summary>True if only this machine reaches it.</summary>
    public bool IsLoopback => Endpoint is not IPEndPoint { Address: var address } || IPAddress.IsLoopback(address);

    /// <summary>True for port 0, which is another free one each time.</summary>
    public bool IsAnyPort => Endpoint is IPEndPoint { Port: 0 };

    /// <summary>Of a Unix socket; null for an address and port.</summary>
    public string? Path => Endpoint is UnixDomainSocketEndPoint socket ? socket.ToString() : null;

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

    /// <summary>
    /// Reads <c>unix:/run/actormail/lmtp.sock</c>, and whatever <see cref="TryParse"/> does. Paths are whole: what
    /// another program connects to must not depend on where this one was started.
    /// </summary>
    /// <param name="fault">What is wrong with a path; null otherwise.</param>
    public static bool TryParseWithPath(
        string text, out ImmutableArray<ListenEndpoint> endpoints, out string? fault)
    {
        fault = null;
        if (!IsPath(text))
            return TryParse(text, out endpoints);

        endpoints = [];
        var path = text[PathPrefix.Length..];
        var octets = Encoding.UTF8.GetByteCount(path);
        if (!System.IO.Path.IsPathFullyQualified(path) || path.EndsWith('/') || path.Any(char.IsControl))
            fault = $"expected a whole path of a socket behind {PathPrefix}, found '{path}'";
        else if (octets > MaxPathOctets)
            fault = $"the path of a socket has {MaxPathOctets} octets at most, and this one {octets}: '{path}'";
        else
            endpoints = [new ListenEndpoint(new UnixDomainSocketEndPoint(path))];
        return fault is null;
    }

    public static bool IsPath(string text) => text.StartsWith(PathPrefix, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => Path is { } path ? PathPrefix + path : Endpoint.ToString()!;

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
