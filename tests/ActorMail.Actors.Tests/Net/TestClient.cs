using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using System.Threading.Channels;
using ActorMail.Actors.Net;

namespace ActorMail.Actors.Tests.Net;

/// <summary>A client without sockets: the server's end is a <see cref="Connection"/> for a session to drive.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The session under test closes its end, and all is in memory.")]
internal sealed class TestClient
{
    /// <summary>Only a broken server lets a test wait as long as this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Pipe _toServer;
    private readonly Pipe _toClient;
    private readonly Channel<bool> _idle = Channel.CreateUnbounded<bool>();
    private readonly LoopbackStream _server;
    private PipeReader _received;
    private SecureClient? _secure;
    private long _inClear;

    /// <param name="bufferSize">Octets that the network holds in either direction; 0 for any number.</param>
    /// <param name="maxRead">Octets that the server gets in one read.</param>
    /// <param name="remote">Where it comes from; null for this machine.</param>
    public TestClient(int bufferSize = 64 * 1024, int maxRead = int.MaxValue, IPEndPoint? remote = null)
    {
        var options = new PipeOptions(
            pauseWriterThreshold: bufferSize, resumeWriterThreshold: bufferSize / 2, useSynchronizationContext: false);
        (_toServer, _toClient) = (new Pipe(options), new Pipe(options));
        _received = _toClient.Reader;
        _server = new LoopbackStream(
            _toServer.Reader, _toClient.Writer, () => _idle.Writer.TryWrite(Connection!.Tls is not null), maxRead);
        var local = new IPEndPoint(IPAddress.Loopback, 25);
        Connection = new Connection(_server, remote ?? ThisMachine, local);
    }

    private static IPEndPoint ThisMachine { get; } = new(IPAddress.Loopback, 40_000);

    public Connection Connection { get; }

    /// <summary>Of the certificate that the server showed.</summary>
    public string? ServerSubject => _secure?.ServerSubject;

    /// <summary>How often the server has written something.</summary>
    public int Writes => _server.Writes;

    public bool WasAskedForCertificate => _secure?.WasAskedForCertificate == true;

    /// <summary>
    /// Completes when the server has dealt with all that it was sent and waits for more, or has closed; once for each
    /// time that it does.
    /// </summary>
    public Task ServerIsIdle() => _idle.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>
    /// Does its part of a handshake; from then on all goes through TLS. Completes when the server waits for more.
    /// </summary>
    public async Task SecureAsync(string? serverName = null)
    {
        _inClear = _server.Written;
        _secure = new SecureClient(_toClient.Reader, _toServer.Writer);
        await _secure.HandshakeAsync(serverName).WaitAsync(Patience);
        _received = _secure.Received;
        while (!await _idle.Reader.ReadAsync().AsTask().WaitAsync(Patience))
        {
            // At that time it was waiting for a part of the handshake.
        }
    }

    public async Task SendAsync(ReadOnlyMemory<byte> octets)
    {
        if (_secure is null)
            await _toServer.Writer.WriteAsync(octets);
        else
            await _secure.SendAsync(octets);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public Task SendLineAsync(string line) => SendAsync(line + "\r\n");

    public void HangUp() => _toServer.Writer.Complete();

    /// <summary>One command and the line that answers it.</summary>
    public async Task<string?> AskAsync(string line)
    {
        await SendLineAsync(line);
        return await ReadLineAsync();
    }

    /// <summary>The server's next line without its CRLF; null once it has closed.</summary>
    public async Task<string?> ReadLineAsync()
    {
        while (true)
        {
            var read = await _received.ReadAsync().AsTask().WaitAsync(Patience);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Encoding.Latin1.GetString(read.Buffer.Slice(0, end));
                _received.AdvanceTo(read.Buffer.GetPosition(1, end));
                Assert.EndsWith("\r", line, StringComparison.Ordinal);
                return line[..^1];
            }

            _received.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                Assert.Equal(0, read.Buffer.Length);
                return null;
            }
        }
    }

    /// <summary>All lines up to the close.</summary>
    public async Task<List<string>> ReadToEndAsync()
    {
        var lines = new List<string>();
        while (await ReadLineAsync() is { } line)
            lines.Add(line);
        return lines;
    }

    /// <summary>All octets up to these and with them, whatever they are, as Latin-1.</summary>
    public async Task<string> ReadUntilAsync(string end)
    {
        while (true)
        {
            var read = await _received.ReadAsync().AsTask().WaitAsync(Patience);
            var text = Encoding.Latin1.GetString(read.Buffer);
            var at = text.IndexOf(end, StringComparison.Ordinal);
            if (at >= 0)
            {
                _received.AdvanceTo(read.Buffer.GetPosition(at + end.Length));
                return text[..(at + end.Length)];
            }

            _received.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            Assert.False(read.IsCompleted, text);
        }
    }

    /// <summary>All octets up to the close, whatever they are, as Latin-1.</summary>
    public async Task<string> ReadRestAsync()
    {
        var rest = new StringBuilder();
        while (true)
        {
            var read = await _received.ReadAsync().AsTask().WaitAsync(Patience);
            rest.Append(Encoding.Latin1.GetString(read.Buffer));
            _received.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return rest.ToString();
        }
    }

    /// <summary>The lines that are here already, and null behind them if the server has closed.</summary>
    public async Task<List<string?>> ReadArrivedAsync()
    {
        var lines = new List<string?>();
        if (_secure is not null)
            await _secure.WhenDecrypted(_server.Written - _inClear).WaitAsync(Patience);
        while (_received.TryRead(out var read))
        {
            _received.AdvanceTo(read.Buffer.Start);
            lines.Add(await ReadLineAsync());
            if (lines[^1] is null)
                break;
        }

        return lines;
    }

    public async Task ExpectAsync(params string[] lines)
    {
        foreach (var line in lines)
            Assert.Equal(line, await ReadLineAsync());
    }
}
