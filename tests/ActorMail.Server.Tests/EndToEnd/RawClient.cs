using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorMail.Server.Tests.EndToEnd;

/// <summary>A client that says just what a test wants, octet by octet. Text is Latin-1: a character an octet.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    private RawClient(Socket socket) => _socket = socket;

    public Socket Socket => _socket;

    public static async Task<RawClient> ConnectAsync(IPEndPoint endpoint, IPAddress? from = null)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (from is not null)
            socket.Bind(new IPEndPoint(from, 0));
        using var limit = new CancellationTokenSource(Executable.Patience);
        await socket.ConnectAsync(endpoint, limit.Token);
        return new RawClient(socket);
    }

    /// <summary>Connects and takes the greeting.</summary>
    public static async Task<RawClient> GreetAsync(IPEndPoint endpoint)
    {
        var client = await ConnectAsync(endpoint);
        var greeting = await client.ReadLineAsync();
        Assert.True(greeting is ['2', '2', '0', ' ', ..] or ['+', 'O', 'K', ..], greeting);
        return client;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> octets)
    {
        using var limit = new CancellationTokenSource(Executable.Patience);
        while (!octets.IsEmpty)
            octets = octets[await _socket.SendAsync(octets, SocketFlags.None, limit.Token)..];
    }

    /// <summary>Says something to a server that may be gone.</summary>
    public async Task TrySendAsync(string text)
    {
        try
        {
            await SendAsync(text);
        }
        catch (SocketException error)
            when (error.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
            Assert.True(_socket.Poll(0, SelectMode.SelectRead), "The connection was lost, and cannot be read.");
        }
    }

    /// <summary>Says a line, and returns the last line of the reply to it.</summary>
    public async Task<string> AskAsync(string line)
    {
        await SendAsync(line + "\r\n");
        return await ReadReplyAsync();
    }

    /// <summary>Says a line to which the reply must begin so.</summary>
    public async Task<string> AskAsync(string line, string expected)
    {
        var reply = await AskAsync(line);
        Assert.True(reply.StartsWith(expected, StringComparison.Ordinal), $"C: {line}\nS: {reply}\nnot: {expected}");
        return reply;
    }

    /// <summary>The last line of an SMTP reply, or a line of POP3.</summary>
    public async Task<string> ReadReplyAsync()
    {
        string line;
        do
            line = await ReadLineAsync();
        while (line is [>= '0' and <= '9', _, _, '-', ..]);
        return line;
    }

    /// <summary>The lines up to the lone dot, as they are on the wire.</summary>
    public async Task<IReadOnlyList<string>> ReadListingAsync()
    {
        List<string> lines = [];
        while (await ReadLineAsync() is var line and not ".")
            lines.Add(line);
        return lines;
    }

    /// <summary>A line without its CRLF.</summary>
    public async Task<string> ReadLineAsync()
    {
        var line = new List<byte>();
        while (line is not [.., (byte)'\r', (byte)'\n'])
        {
            if (_start == _end && !await FillAsync())
                throw new EndOfStreamException($"closed behind \"{Encoding.Latin1.GetString([.. line])}\"");
            line.Add(_buffer[_start++]);
        }

        return Encoding.Latin1.GetString([.. line])[..^2];
    }

    /// <summary>What comes until the server closes the connection, or loses it.</summary>
    public async Task<string> ReadToEndAsync()
    {
        var text = new StringBuilder();
        try
        {
            do
            {
                text.Append(Encoding.Latin1.GetString(_buffer.AsSpan(_start, _end - _start)));
                _start = _end;
            }
            while (await FillAsync());
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionReset)
        {
            text.Append("[reset]");
        }

        return text.ToString();
    }

    public void Dispose() => _socket.Dispose();

    private async Task<bool> FillAsync()
    {
        using var limit = new CancellationTokenSource(Executable.Patience);
        (_start, _end) = (0, await _socket.ReceiveAsync(_buffer.AsMemory(), SocketFlags.None, limit.Token));
        return _end > 0;
    }
}
