using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using System.Threading.Channels;
using ActorMail.Actors.Net;

namespace ActorMail.Actors.Tests.Net;

/// <summary>A client without sockets: the server's end is a <see cref="Connection"/> for a session to drive.</summary>
internal sealed class TestClient
{
    /// <summary>Only a broken server lets a test wait as long as this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Pipe _toServer;
    private readonly Pipe _toClient;
    private readonly Channel<bool> _idle = Channel.CreateUnbounded<bool>();

    /// <param name="bufferSize">Octets that the network holds in either direction; 0 for any number.</param>
    /// <param name="maxRead">Octets that the server gets in one read.</param>
    public TestClient(int bufferSize = 64 * 1024, int maxRead = int.MaxValue)
    {
        var options = new PipeOptions(
            pauseWriterThreshold: bufferSize, resumeWriterThreshold: bufferSize / 2, useSynchronizationContext: false);
        (_toServer, _toClient) = (new Pipe(options), new Pipe(options));
        var stream = new LoopbackStream(
            _toServer.Reader, _toClient.Writer, () => _idle.Writer.TryWrite(true), maxRead);
        var (remote, local) = (new IPEndPoint(IPAddress.Loopback, 40_000), new IPEndPoint(IPAddress.Loopback, 25));
        Connection = new Connection(stream, remote, local);
    }

    public Connection Connection { get; }

    /// <summary>
    /// Completes when the server has dealt with all that it was sent and waits for more, or has closed; once for each
    /// time that it does.
    /// </summary>
    public Task ServerIsIdle() => _idle.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public async Task SendAsync(ReadOnlyMemory<byte> octets) => await _toServer.Writer.WriteAsync(octets);

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
            var read = await _toClient.Reader.ReadAsync().AsTask().WaitAsync(Patience);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Encoding.Latin1.GetString(read.Buffer.Slice(0, end));
                _toClient.Reader.AdvanceTo(read.Buffer.GetPosition(1, end));
                Assert.EndsWith("\r", line, StringComparison.Ordinal);
                return line[..^1];
            }

            _toClient.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
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

    /// <summary>The lines that are here already, and null behind them if the server has closed.</summary>
    public async Task<List<string?>> ReadArrivedAsync()
    {
        var lines = new List<string?>();
        while (_toClient.Reader.TryRead(out var read))
        {
            _toClient.Reader.AdvanceTo(read.Buffer.Start);
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
