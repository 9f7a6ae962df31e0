using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace ActorMail.Bench;

/// <summary>
/// A connection that sends prepared octets and looks at replies in its one buffer: nothing is allocated for each
/// message, so that the generator costs little of the processors it shares with the server.
/// </summary>
public sealed class WireClient : IDisposable
{
    private const int TcpInfo = 11;
    private const int TcpInfoBytesReceived = 128;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer;
    private Stream? _secured;
    private int _start;
    private int _end;

    private WireClient(int bufferSize) => _buffer = new byte[bufferSize];

    /// <param name="from">The address that the server sees; null for what the system takes.</param>
    public static async Task<WireClient> Connect(
        IPEndPoint server, int bufferSize = 8 * 1024, IPAddress? from = null)
    {
        var client = new WireClient(bufferSize);
        if (from is not null)
            client._socket.Bind(new IPEndPoint(from, 0));
        await client._socket.ConnectAsync(server);
        return client;
    }

    /// <summary>Everything goes through TLS from now on.</summary>
    public async ValueTask Secure(SslClientAuthenticationOptions tls)
    {
        var stream = new SslStream(new NetworkStream(_socket, ownsSocket: false));
        _secured = stream;
        await stream.AuthenticateAsClientAsync(tls);
    }

    /// <summary>
    /// Octets that TCP has brought so far (linux/tcp.h, <c>tcpi_bytes_received</c>): a handshake that resumes a session
    /// brings no certificate.
    /// </summary>
    public long ReceivedOctets()
    {
        Span<byte> information = stackalloc byte[TcpInfoBytesReceived + 8];
        _socket.GetRawSocketOption((int)SocketOptionLevel.Tcp, TcpInfo, information);
        return BinaryPrimitives.ReadInt64LittleEndian(information[TcpInfoBytesReceived..]);
    }

    public async ValueTask Send(ReadOnlyMemory<byte> octets)
    {
        if (_secured is not null)
        {
            await _secured.WriteAsync(octets);
            return;
        }

        while (octets.Length > 0)
            octets = octets[await _socket.SendAsync(octets)..];
    }

    public ValueTask Send(string line) => Send(Encoding.ASCII.GetBytes(line + "\r\n"));

    /// <summary>Reads a whole SMTP reply, and fails unless it has the code.</summary>
    public async ValueTask Expect(int code)
    {
        while (true)
        {
            var length = await ReadLine();
            var line = _buffer.AsMemory(_start, length);
            _start += length;
            if (line.Length >= 4 && line.Span[3] == '-')
                continue;
            if (line.Length < 3 || !int.TryParse(line.Span[..3], out var found) || found != code)
                throw new InvalidDataException($"{code} is expected, not {Encoding.Latin1.GetString(line.Span)}");
            return;
        }
    }

    /// <summary>Reads a POP3 answer of one line, and fails unless it is <c>+OK</c>.</summary>
    public async ValueTask<string> ExpectOk()
    {
        var line = await Answer();
        return line.StartsWith("+OK", StringComparison.Ordinal) ? line
            : throw new InvalidDataException($"+OK is expected, not {line}");
    }

    /// <summary>Reads an answer of one line, whatever it is.</summary>
    public async ValueTask<string> Answer()
    {
        var length = await ReadLine();
        var line = Encoding.Latin1.GetString(_buffer, _start, length).TrimEnd();
        _start += length;
        return line;
    }

    /// <summary>Reads up to the dot alone on its line, and counts the octets in front of it.</summary>
    public async ValueTask<long> SkipToDot()
    {
        long skipped = 0;
        while (true)
        {
            var unread = _buffer.AsSpan(_start, _end - _start);
            if (skipped == 0 && unread.StartsWith(".\r\n"u8))
            {
                _start += 3;
                return 0;
            }
            var dot = unread.IndexOf("\r\n.\r\n"u8);
            if (dot >= 0)
            {
                _start += dot + 5;
                return skipped + dot + 2;
            }
            var whole = Math.Max(0, unread.Length - 4);
            skipped += whole;
            _start += whole;
            await Fill();
        }
    }

    public void Dispose()
    {
        _secured?.Dispose();
        _socket.Dispose();
    }

    private async ValueTask<int> ReadLine()
    {
        while (true)
        {
            var end = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n"u8);
            if (end >= 0)
                return end + 2;
            await Fill();
        }
    }

    private async ValueTask Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
            throw new InvalidDataException("a line is longer than the buffer");
        var rest = _buffer.AsMemory(_end);
        var count = _secured is null ? await _socket.ReceiveAsync(rest) : await _secured.ReadAsync(rest);
        _end += count > 0 ? count : throw new InvalidDataException("the server closed the connection");
    }
}
