using System.Net;
using System.Net.Sockets;

namespace ActorMail.Server.Tests.EndToEnd;

/// <summary>A test for machines whose loopback has an IPv6 address.</summary>
internal sealed class Ipv6FactAttribute : FactAttribute
{
    public Ipv6FactAttribute()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        }
        catch (SocketException)
        {
            Skip = "This machine has no [::1].";
        }
    }
}
