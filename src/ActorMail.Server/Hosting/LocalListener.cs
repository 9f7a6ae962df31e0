using System.Net.Sockets;
using ActorMail.Server.Configuration;

namespace ActorMail.Server.Hosting;

/// <summary>
/// A Unix socket that listens (unix(7)). Its file goes when the socket is closed; one that a killed server has left is
/// taken away, and one that somebody listens on is not.
/// </summary>
internal static class LocalListener
{
    /// <summary>Opening a socket as a file gives this error, and nothing else does that has a file's name.</summary>
    private const int NoSuchDevice = 6;

    /// <param name="mode">Whoever may write to the file may connect.</param>
    /// <exception cref="EndpointException">It cannot listen there.</exception>
    public static Socket Bind(string protocol, string path, int backlog, UnixFileMode mode)
    {
        var address = new UnixDomainSocketEndPoint(path);
        try
        {
            RemoveStale(address, path);
            return Listen(address, path, backlog, mode);
        }
        catch (Exception fault) when (fault is SocketException or IOException or UnauthorizedAccessException)
        {
            var endpoint = new ListenEndpoint(address).ToString();
            throw new EndpointException($"actormail.{protocol}.listen", endpoint, Explain(fault));
        }
    }

    private static Socket Listen(UnixDomainSocketEndPoint address, string path, int backlog, UnixFileMode mode)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(address);
            // Nobody can connect before it listens, so that there is no moment with other rights.
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, mode);
            socket.Listen(backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void RemoveStale(UnixDomainSocketEndPoint address, string path)
    {
        if (!Directory.Exists(Path.GetDirectoryName(path)))
            throw new IOException("the folder is missing: whoever starts the server makes it");
        if (!Path.Exists(path))
            return;
        if (Directory.Exists(path) || !IsSocket(path))
            throw new IOException("something is there that is not a socket");
        if (IsLive(address))
            throw new IOException("the socket is in use by another program");

        File.Delete(path);
    }

    /// <summary>To ask for writing, too, keeps a named pipe from waiting for its other end.</summary>
    private static bool IsSocket(string path)
    {
        try
        {
            File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
            return false;
        }
        catch (IOException fault)
        {
            return fault.HResult == NoSuchDevice;
        }
    }

    /// <summary>Only a refusal says that nobody listens; whoever may not ask does not know.</summary>
    private static bool IsLive(UnixDomainSocketEndPoint address)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        // A listener with a full queue would keep us waiting, and is one all the same.
        socket.Blocking = false;
        try
        {
            socket.Connect(address);
            return true;
        }
        catch (SocketException fault)
        {
            return fault.SocketErrorCode is not SocketError.ConnectionRefused;
        }
    }

    private static string Explain(Exception fault) => fault
        is UnauthorizedAccessException or SocketException { SocketErrorCode: SocketError.AccessDenied }
            ? "this user may not make a socket there"
            : fault.Message;
}
