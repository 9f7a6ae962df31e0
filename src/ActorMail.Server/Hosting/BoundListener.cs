using System.Net;
using System.Net.Sockets;

namespace ActorMail.Server.Hosting;

/// <summary>
/// A socket that listens already: clients queue up in the kernel until the listener actor accepts them.
/// </summary>
internal sealed record BoundListener(string Protocol, Socket Socket)
{
    public IPEndPoint Endpoint => (IPEndPoint)Socket.LocalEndPoint!;

    /// <summary>As printed at start and written to <c>actormail.ports-file</c>.</summary>
    public override string ToString() => $"{Protocol} {Endpoint}";
}
