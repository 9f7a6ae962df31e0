using System.Net.Sockets;
using ActorMail.Actors.Net;

namespace ActorMail.Actors.Hosting;

/// <summary>One endpoint to listen on.</summary>
/// <param name="Name">Of the actor, and the beginning of its sessions' names: <c>smtp</c>, then <c>smtp2</c>.</param>
/// <param name="Socket">Bound and listening already.</param>
/// <param name="DrainTimeout">For its sessions to finish when the server stops.</param>
/// <param name="IsSecure">TLS comes first, before anything is said (RFC 8314 §3).</param>
public sealed record ListenerSettings(
    string Name, Socket Socket, ConnectionCensus Census, TimeSpan DrainTimeout, bool IsSecure);
