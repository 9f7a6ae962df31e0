using System.Net;

namespace ActorMail.Bench;

/// <summary>
/// What a server's process holds in memory (VmRSS of Linux): as started, after some mail, with many idle sessions,
/// and at most while many large mails come in at once.
/// </summary>
public sealed class MemoryProbe(IPEndPoint server, int processId, Arguments arguments)
{
    private const int BlockSize = 64 * 1024;
    private readonly ResidentMemory _memory = new(processId);

    public static Task Run(Arguments arguments) =>
        new MemoryProbe(arguments.Server("server"), arguments.Number("pid", 0), arguments).RunAndPrint();

    public async Task RunAndPrint()
    {
        var (sessions, mails) = (arguments.Number("sessions", 1000), arguments.Number("mails", 100));
        var size = arguments.Number("size", 20_000_000);
        var started = _memory.Now();
        for (var count = 0; count < arguments.Number("warm-up", 1); count++)
        {
            var load = new SmtpLoad(server, 500, 1024, 10, 10, "example.org");
            await load.SendAll(await load.Connect());
        }
        var warm = await _memory.Settled();
        var idle = await WithIdleSessions(sessions);
        var before = await _memory.Settled();
        var senders = Enumerable.Range(0, mails).Select(id => Task.Run(() => Send(id, size)));
        var peak = await _memory.PeakWhile(Task.WhenAll(senders));
        Measurements.Print(
            ("started_mib", started), ("warm_mib", warm), ("sessions", sessions), ("idle_mib", idle),
            ("idle_over_started_mib", idle - started), ("idle_over_warm_mib", idle - warm), ("before_mib", before),
            ("mails", mails), ("peak_mib", peak), ("after_mib", await _memory.Settled()));
    }

    private async Task<double> WithIdleSessions(int count)
    {
        var clients = new List<WireClient>();
        try
        {
            for (var number = 0; number < count; number++)
                clients.Add(await SmtpLoad.Greeted(server));
            return await _memory.Settled();
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    private async Task Send(int id, int size)
    {
        using var client = await SmtpLoad.Greeted(server);
        await client.Send("MAIL FROM:<sender@example.net>");
        await client.Expect(250);
        await client.Send($"RCPT TO:<large{id}@example.org>");
        await client.Expect(250);
        await client.Send("DATA");
        await client.Expect(354);
        var block = Payload.Make(BlockSize).AsMemory()[..^3];
        for (var sent = 0; sent < size; sent += block.Length)
            await client.Send(block);
        await client.Send(".");
        await client.Expect(250);
    }
}
