using System.Net;
using System.Net.Sockets;
using ActorMail.Actors.Auth;
using ActorMail.Actors.Net;
using ActorMail.Actors.Pop3;
using ActorMail.Tests;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Net;

/// <summary>The one place with sockets, on loopback.</summary>
public sealed class ListenerActorSpecs : TestKit
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly IPEndPoint _endpoint;
    private readonly ConnectionCensus _census = new(new ConnectionOptions { MaxConnections = 2 });
    private readonly IActorRef _listener;

    public ListenerActorSpecs(ITestOutputHelper output) : base(output: output)
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _socket.Listen();
        _endpoint = (IPEndPoint)_socket.LocalEndPoint!;
        var services = new Pop3Services(TestActor, new LoginServices(TestActor, new AuthOptions(), SessionTls.None));
        var options = new ListenerOptions(
            connection => new Pop3SessionActor(connection, services, new Pop3Options()),
            Pop3Farewells.LineFor);
        _listener = Sys.ActorOf(Props.Create(() => new ListenerActor(_socket, _census, options)), "pop3");
    }

    [Fact]
    [Requirement("F4")]
    public async Task Listener_should_turn_a_client_away_while_the_server_is_full_and_take_the_next()
    {
        using var first = await ConnectAsync();
        using var second = await ConnectAsync();
        Assert.Equal("+OK POP3 server ready", await ReadLineAsync(first));
        Assert.Equal("+OK POP3 server ready", await ReadLineAsync(second));

        using (var third = await ConnectAsync())
        {
            Assert.Equal("-ERR [SYS/TEMP] Too many connections, try again later", await ReadLineAsync(third));
            Assert.Null(await ReadLineAsync(third));
        }

        first.Close();
        await AwaitConditionAsync(() => Task.FromResult(_census.Count == 1));
        using var fourth = await ConnectAsync();
        Assert.Equal("+OK POP3 server ready", await ReadLineAsync(fourth));
    }

    [Fact]
    [Requirement("F5")]
    public async Task Listener_should_forget_clients_that_leave_rudely()
    {
        for (var i = 0; i < 200; i++)
        {
            var client = await ConnectAsync();
            client.LingerState = new LingerOption(enable: true, seconds: 0);
            client.Close();
        }

        await AwaitConditionAsync(() => Task.FromResult(_census.Count == 0));
        using var last = await ConnectAsync();
        Assert.Equal("+OK POP3 server ready", await ReadLineAsync(last));
    }

    [Fact]
    [Requirement("D9", "R5321-3.8-b")]
    public async Task Listener_should_stop_when_it_is_drained_and_its_last_session_has_left()
    {
        using var client = await ConnectAsync();
        Assert.Equal("+OK POP3 server ready", await ReadLineAsync(client));

        Assert.True(await _listener.GracefulStop(TimeSpan.FromSeconds(10), NetProtocol.Drain.Instance));

        Assert.Equal("-ERR [SYS/TEMP] The server is shutting down", await ReadLineAsync(client));
        await Assert.ThrowsAsync<SocketException>(ConnectAsync);
    }

    private static async Task<string?> ReadLineAsync(TcpClient client)
    {
        var line = new List<byte>();
        var octet = new byte[1];
        while (await client.GetStream().ReadAsync(octet).AsTask().WaitAsync(TimeSpan.FromSeconds(10)) == 1)
        {
            line.Add(octet[0]);
            if (octet[0] == (byte)'\n')
                return System.Text.Encoding.Latin1.GetString([.. line]).TrimEnd('\r', '\n');
        }

        return line.Count == 0 ? null : throw new IOException("closed in the middle of a line");
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(_endpoint);
        return client;
    }
}
