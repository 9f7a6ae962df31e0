using System.Net.Sockets;

namespace ActorMail.Actors.Net;

/// <summary>What every TCP socket of a client is set to.</summary>
internal static class SocketHabits
{
    /// <summary>
    /// Seconds of silence before the kernel asks whether the other side still is there, seconds between two questions,
    /// and questions without an answer until the connection is lost: a host that vanished is known after two minutes.
    /// Routers may forget silent connections after two hours (RFC 5382 §5), and many do so after some minutes.
    /// </summary>
    private const int KeepAliveSeconds = 60;
    private const int KeepAliveIntervalSeconds = 15;
    private const int KeepAliveProbes = 4;

    /// <exception cref="SocketException">The client has left already.</exception>
    public static void Apply(Socket socket)
    {
        // All replies to one read leave in one write; Nagle would hold them back for nothing.
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveIntervalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveProbes);
    }
}
