using System.Diagnostics;
using System.Net;
using System.Text;

namespace ActorMail.Bench;

/// <summary>
/// Sends mails one a transaction over connections that stay open, each command after the reply to the one before.
/// The wait measured is that from the final dot to its 250. With a folder of mailbox files, the time until all mails
/// are in them is measured too, since a 250 may only mean that they are queued.
/// </summary>
public sealed class SmtpLoad(
    IPEndPoint server, int messages, int size, int connections, int mailboxes, string domain, string tlsName = "",
    string name = "user", IPAddress? from = null)
{
    private readonly Measurements _waits = new(messages);
    private int _next;

    public static Task Run(Arguments arguments) =>
        new SmtpLoad(
            arguments.Server("server"), arguments.Number("messages", 1000), arguments.Number("size", 1024),
            arguments.Number("connections", 1), arguments.Number("mailboxes", 10),
            arguments.Text("domain", "example.org"), arguments.Text("tls", ""), arguments.Text("name", "user"),
            arguments.Text("from", "") is { Length: > 0 } from ? IPAddress.Parse(from) : null)
            .RunAndPrint(arguments.Text("folder", ""), arguments.Number("pid", 0));

    private async Task RunAndPrint(string folder, int processId)
    {
        var stored = new MailboxFolder(folder);
        var before = stored.Count();
        var clients = await Connect();
        var (served, own) = (ProcessorTime.Of(processId), Environment.CpuUsage.TotalTime);
        var start = Stopwatch.GetTimestamp();
        await SendAll(clients);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (folder.Length > 0)
            await stored.Reached(before + messages);
        var delivered = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var spent = (Environment.CpuUsage.TotalTime - own).TotalSeconds;
        Measurements.Print(
            ("messages", messages), ("seconds", seconds), ("rate", messages / seconds),
            ("server_us", (ProcessorTime.Of(processId) - served) * 1e6 / messages),
            ("client_us", spent * 1e6 / messages),
            ("delivered_seconds", delivered), ("delivered_rate", messages / delivered),
            ("p50_ms", _waits.Percentile(50)), ("p99_ms", _waits.Percentile(99)));
    }

    /// <summary>A client behind its EHLO.</summary>
    /// <param name="tlsName">Not empty: after STARTTLS, for a server of that name.</param>
    /// <param name="from">The address that the server sees; null for what the system takes.</param>
    public static async Task<WireClient> Greeted(IPEndPoint server, string tlsName = "", IPAddress? from = null)
    {
        var client = await WireClient.Connect(server, from: from);
        await client.Expect(220);
        await client.Send("EHLO bench.example");
        await client.Expect(250);
        if (tlsName.Length > 0)
        {
            await client.Send("STARTTLS");
            await client.Expect(220);
            await client.Secure(ClientTls.For(tlsName, resumes: false));
            await client.Send("EHLO bench.example");
            await client.Expect(250);
        }

        return client;
    }

    public Task<WireClient[]> Connect() =>
        Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Greeted(server, tlsName, from)));

    public Task SendAll(IEnumerable<WireClient> clients) =>
        Task.WhenAll(clients.Select(client => Task.Run(() => SendShare(client))));

    private async Task SendShare(WireClient client)
    {
        using var _ = client;
        var payload = Payload.Make(size);
        var from = Encoding.ASCII.GetBytes("MAIL FROM:<sender@example.net>\r\n");
        var recipients = Enumerable.Range(0, mailboxes)
            .Select(number => Encoding.ASCII.GetBytes($"RCPT TO:<{name}{number}@{domain}>\r\n")).ToArray();
        var data = Encoding.ASCII.GetBytes("DATA\r\n");
        for (var id = Interlocked.Increment(ref _next); id <= messages; id = Interlocked.Increment(ref _next))
        {
            await client.Send(from);
            await client.Expect(250);
            await client.Send(recipients[id % mailboxes]);
            await client.Expect(250);
            await client.Send(data);
            await client.Expect(354);
            Payload.SetId(payload, id);
            var start = Stopwatch.GetTimestamp();
            await client.Send(payload);
            await client.Expect(250);
            _waits.Add(start);
        }
        await client.Send("QUIT");
        await client.Expect(221);
    }
}
