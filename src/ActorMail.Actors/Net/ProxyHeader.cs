using System.Net;

namespace ActorMail.Actors.Net;

/// <summary>
/// What a front end says of the connection that it passes on. Both are null where it speaks for nobody (LOCAL, such as
/// a health check) or does not know (UNKNOWN, UNSPEC): then the connection is what it looks like.
/// </summary>
internal sealed record ProxyHeader(IPEndPoint? Source, IPEndPoint? Destination)
{
    public static readonly ProxyHeader Nobody = new(null, null);
}
