using System.Diagnostics;
using System.Net;
using System.Net.Security;

namespace ActorMail.Bench;

/// <summary>
/// Connects, speaks TLS from the first octet on, reads the greeting of SMTP, says QUIT, reads the answer: again and
/// again, so many connections at a time. Only the second half counts: in the first, generator and server warm up.
/// </summary>
public sealed class TlsLoad(IPEndPoint server, int handshakes, int connections, SslClientAuthenticationOptions tls)
{
    private int _next;
    private long _received;

    public static Task Run(Arguments arguments) =>
        new TlsLoad(
            arguments.Server("server"), arguments.Number("handshakes", 500), arguments.Number("connections", 8),
            ClientTls.For(arguments.Text("name", "mail.example.org"), arguments.Text("resume", "off") == "on"))
            .RunAndPrint(arguments.Number("pid", 0));

    private async Task RunAndPrint(int processId)
    {
        await ConnectAll();
        (_next, _received) = (0, 0);
        var (served, own) = (ProcessorTime.Of(processId), Environment.CpuUsage.TotalTime);
        var start = Stopwatch.GetTimestamp();
        await ConnectAll();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var spent = (Environment.CpuUsage.TotalTime - own).TotalSeconds;
        Measurements.Print(
            ("handshakes", handshakes), ("seconds", seconds), ("handshake_rate", handshakes / seconds),
            ("server_us", (ProcessorTime.Of(processId) - served) * 1e6 / handshakes),
            ("client_us", spent * 1e6 / handshakes), ("received", (double)_received / handshakes));
    }

    private Task ConnectAll() =>
        Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(ConnectShare)));

    private async Task ConnectShare()
    {
        while (Interlocked.Increment(ref _next) <= handshakes)
        {
            using var client = await WireClient.Connect(server);
            await client.Secure(tls);
            await client.Expect(220);
            Interlocked.Add(ref _received, client.ReceivedOctets());
            await client.Send("QUIT");
            await client.Expect(221);
        }
    }
}
