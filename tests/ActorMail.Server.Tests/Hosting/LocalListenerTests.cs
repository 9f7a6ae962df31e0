using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using ActorMail.Actors.Net;
using ActorMail.Server.Hosting;
using ActorMail.Server.Tests.EndToEnd;

namespace ActorMail.Server.Tests.Hosting;

/// <summary>Unix sockets, in a folder with a short name: the path of one has an end.</summary>
public sealed class LocalListenerTests : IDisposable
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite;

    private readonly string _folder = Directory.CreateTempSubdirectory("am-").FullName;

    private string SocketPath => Path.Join(_folder, "lmtp.sock");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [UnixFact]
    public async Task A_client_of_this_machine_reaches_it_and_is_known_as_such()
    {
        using var listener = Bind();
        using var client = await ConnectAsync();
        using var connection = Connection.Accept(await listener.AcceptAsync());

        Assert.True(connection.IsLocalSocket);
        Assert.Equal("127.0.0.1:0", connection.Remote.ToString());
        Assert.Equal($"lmtp unix:{SocketPath}", new BoundListener("lmtp", listener).ToString());
        Assert.Null(connection.Become(IPEndPoint.Parse("192.0.2.1:40000")));
        Assert.False(connection.IsLocalSocket);
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void Its_file_has_the_rights_of_the_setting_and_goes_with_it()
    {
        using (Bind())
            Assert.Equal(Mode, File.GetUnixFileMode(SocketPath));

        Assert.False(Path.Exists(SocketPath));
    }

    [UnixFact]
    public async Task What_a_killed_server_has_left_is_taken_away()
    {
        LeaveStale();
        Assert.True(Path.Exists(SocketPath));

        using var listener = Bind();
        using var client = await ConnectAsync();
        Assert.True(client.Connected);
    }

    [UnixFact]
    public async Task A_socket_that_somebody_listens_on_stays_theirs()
    {
        using var first = Bind();

        var fault = Assert.Throws<EndpointException>(Bind);

        Assert.Equal(
            $"actormail.lmtp.listen: cannot listen on unix:{SocketPath}: the socket is in use by another program",
            fault.Message);
        using var client = await ConnectAsync();
        Assert.True(client.Connected);
    }

    [UnixFact]
    public void What_is_no_socket_is_left_alone()
    {
        File.WriteAllText(SocketPath, "");
        var fault = Assert.Throws<EndpointException>(Bind);
        Assert.EndsWith("something is there that is not a socket", fault.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(SocketPath));

        File.Delete(SocketPath);
        Directory.CreateDirectory(SocketPath);
        fault = Assert.Throws<EndpointException>(Bind);
        Assert.EndsWith("something is there that is not a socket", fault.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public void The_folder_must_be_there()
    {
        var path = Path.Join(_folder, "missing", "lmtp.sock");
        var fault = Assert.Throws<EndpointException>(() => LocalListener.Bind("lmtp", path, 8, Mode));
        Assert.EndsWith(
            "the folder is missing: whoever starts the server makes it", fault.Message, StringComparison.Ordinal);
    }

    private Socket Bind() => LocalListener.Bind("lmtp", SocketPath, backlog: 8, Mode);

    /// <summary>.NET deletes the file of a socket that it bound by its name; so the file is moved here.</summary>
    private void LeaveStale()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var elsewhere = Path.Join(_folder, "other.sock");
        socket.Bind(new UnixDomainSocketEndPoint(elsewhere));
        File.Move(elsewhere, SocketPath);
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath));
        return socket;
    }
}
