using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorMail.Actors.Tests.Policy;

/// <summary>A name server that answers one question in one datagram (RFC 1035 §4.1).</summary>
internal sealed class NameServerOfTest : IDisposable
{
    public const int NegativeSeconds = 45;

    private const int HeaderOctets = 12;

    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly Func<string, (string Address, int Seconds)[]?> _answer;
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly TaskCompletionSource _isAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly bool _isSilent;

    /// <param name="answer">Addresses of a name; none for a name that is not there, null for SERVFAIL.</param>
    public NameServerOfTest(Func<string, (string Address, int Seconds)[]?> answer, bool isSilent = false)
    {
        (_answer, _isSilent) = (answer, isSilent);
        _ = ServeAsync();
    }

    public IPEndPoint Endpoint => (IPEndPoint)_socket.Client.LocalEndPoint!;

    public IEnumerable<string> Asked => _asked;

    /// <summary>Completes with the first question, which may be read later than who asked has given up.</summary>
    public Task WhenAsked => _isAsked.Task;

    public void Dispose() => _socket.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var query = await _socket.ReceiveAsync();
                var (name, end) = ReadName(query.Buffer);
                _asked.Enqueue(name);
                _isAsked.TrySetResult();
                if (!_isSilent)
                    await _socket.SendAsync(Respond(query.Buffer, end, _answer(name)), query.RemoteEndPoint);
            }
        }
        catch (Exception closed) when (closed is ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private static (string Name, int End) ReadName(byte[] query)
    {
        var labels = new List<string>();
        var at = HeaderOctets;
        for (; query[at] != 0; at += 1 + query[at])
            labels.Add(Encoding.ASCII.GetString(query, at + 1, query[at]));
        // Behind the name stand its type and class.
        return (string.Join('.', labels), at + 5);
    }

    private static byte[] Respond(byte[] query, int end, (string Address, int Seconds)[]? addresses)
    {
        const byte Failure = 2;
        const byte NoSuchName = 3;
        var code = addresses is null ? Failure : addresses.Length == 0 ? NoSuchName : (byte)0;
        var authorities = addresses is [] ? 1 : 0;
        var records = (addresses ?? []).Select(
            it => Record(1, it.Seconds, IPAddress.Parse(it.Address).GetAddressBytes()));
        byte[] counts = [0, 1, 0, (byte)(addresses?.Length ?? 0), 0, (byte)authorities, 0, 0];
        // The name of the zone and of its keeper are the root; then serial, refresh, retry, expire, minimum.
        byte[] soa = [0, 0, .. new byte[16], .. Number(NegativeSeconds)];
        return
        [
            query[0], query[1], 0x81, (byte)(0x80 | code), .. counts, .. query[HeaderOctets..end],
            .. records.SelectMany(record => record), .. authorities == 1 ? Record(6, 3_600, soa) : [],
        ];
    }

    /// <summary>Its name is that of the question.</summary>
    private static byte[] Record(byte type, int seconds, byte[] data) =>
        [0xc0, HeaderOctets, 0, type, 0, 1, .. Number(seconds), 0, (byte)data.Length, .. data];

    private static byte[] Number(int value)
    {
        var octets = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(octets, value);
        return octets;
    }
}
