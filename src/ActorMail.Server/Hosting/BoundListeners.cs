using System.Collections.Immutable;
using System.Net.Sockets;
using ActorMail.Server.Configuration;

namespace ActorMail.Server.Hosting;

/// <summary>All endpoints of a server, bound before anything else starts: a port in use starts nothing.</summary>
internal sealed class BoundListeners : IDisposable
{
    private readonly List<BoundListener> _listeners = [];

    private BoundListeners()
    {
    }

    public ImmutableArray<BoundListener> All => [.. _listeners];

    public static BoundListeners Bind(ServerSettings settings)
    {
        var bound = new BoundListeners();
        try
        {
            bound.Bind("smtp", settings.SmtpListeners, settings.Connections.Backlog);
            bound.Bind("lmtp", settings.LmtpListeners, settings.Connections.Backlog, settings.LmtpSocketMode);
            bound.Bind("submission", settings.SubmissionListeners, settings.Connections.Backlog);
            bound.Bind("submissions", settings.SubmissionsListeners, settings.Connections.Backlog);
            bound.Bind("pop3", settings.Pop3Listeners, settings.Connections.Backlog);
            bound.Bind("pop3s", settings.Pop3sListeners, settings.Connections.Backlog);
            return bound;
        }
        catch
        {
            bound.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var listener in _listeners)
            listener.Socket.Dispose();
    }

    private void Bind(
        string protocol,
        ImmutableArray<ListenEndpoint> endpoints,
        int backlog,
        UnixFileMode mode = UnixFileMode.None)
    {
        foreach (var endpoint in endpoints)
        {
            var socket = endpoint.Path is { } path
                ? LocalListener.Bind(protocol, path, backlog, mode)
                : Listen(protocol, endpoint, backlog);
            if (socket is not null)
                _listeners.Add(new BoundListener(protocol, socket));
        }
    }

    private static Socket? Listen(string protocol, ListenEndpoint endpoint, int backlog)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(endpoint.Endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (endpoint.Endpoint.AddressFamily is AddressFamily.InterNetworkV6)
                socket.DualMode = false;
            socket.Bind(endpoint.Endpoint);
            socket.Listen(backlog);
            return socket;
        }
        catch (SocketException error)
        {
            socket?.Dispose();
            if (endpoint.IsOptional && IsAbsent(error.SocketErrorCode))
                return null;

            throw new EndpointException($"actormail.{protocol}.listen", endpoint.ToString(), Explain(error));
        }
    }

    private static bool IsAbsent(SocketError error) => error
        is SocketError.AddressNotAvailable
        or SocketError.AddressFamilyNotSupported
        or SocketError.ProtocolFamilyNotSupported;

    private static string Explain(SocketException error) => error.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "the port is in use by another program",
        SocketError.AddressNotAvailable => "this machine does not have that address",
        SocketError.AccessDenied => "ports below 1024 need a permission that this user does not have",
        _ => error.Message,
    };
}
