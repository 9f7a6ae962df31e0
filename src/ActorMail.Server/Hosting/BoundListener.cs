using System.Net;
using System.Net.Sockets;
using ActorMail.Server.Configuration;

namespace ActorMail.Server.Hosting;

/// <summary>
/// A socket that listens already: clients queue up in the kernel until the listener actor accepts them.
/// </summary>
internal sealed record BoundListener(string Protocol, Socket Socket)
{
    /// <summary>Where it listens, with the port that it got; not for a Unix socket.</summary>
    public IPEndPoint Endpoint => (IPEndPoint)Socket.LocalEndPoint!;

    /// <summary>As printed at start and written to <c>actormail.ports-file</c>.</summary>
    public override string ToString() => $"{Protocol} {new ListenEndpoint(Socket.LocalEndPoint!)}";
}
