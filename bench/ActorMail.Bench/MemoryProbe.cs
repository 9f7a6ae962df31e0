using System.Globalization;
using System.Net;

namespace ActorMail.Bench;

/// <summary>
/// What a server's process holds in memory (VmRSS of Linux): as started, after some mail, with many idle sessions,
/// and at most while many large mails come in at once.
/// </summary>
public sealed class MemoryProbe(IPEndPoint server, int processId, Arguments arguments)
{
    private const int BlockSize = 64 * 1024;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    public static Task Run(Arguments arguments) =>
        new MemoryProbe(arguments.Server("server"), arguments.Number("pid", 0), arguments).RunAndPrint();

    public async Task RunAndPrint()
    {
        var (sessions, mails) = (arguments.Number("sessions", 1000), arguments.Number("mails", 100));
        var size = arguments.Number("size", 20_000_000);
        var started = Resident(processId);
        for (var count = 0; count < arguments.Number("warm-up", 1); count++)
        {
            var load = new SmtpLoad(server, 500, 1024, 10, 10, "example.org");
            await load.SendAll(await load.Connect());
        }
        var warm = await Settled();
        var idle = await WithIdleSessions(sessions);
        var before = await Settled();
        var senders = Enumerable.Range(0, mails).Select(id => Task.Run(() => Send(id, size)));
        var peak = await PeakWhile(Task.WhenAll(senders));
        Measurements.Print(
            ("started_mib", started), ("warm_mib", warm), ("sessions", sessions), ("idle_mib", idle),
            ("idle_over_started_mib", idle - started), ("idle_over_warm_mib", idle - warm), ("before_mib", before),
            ("mails", mails), ("peak_mib", peak), ("after_mib", await Settled()));
    }

    private async Task<double> WithIdleSessions(int count)
    {
        var clients = new List<WireClient>();
        try
        {
            for (var number = 0; number < count; number++)
                clients.Add(await SmtpLoad.Greeted(server));
            return await Settled();
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    /// <summary>The figure once it has not grown for a second.</summary>
    private async Task<double> Settled()
    {
        var (highest, quiet) = (Resident(processId), 0);
        while (quiet < 50)
        {
            await Task.Delay(s_pause);
            (quiet, highest) = Resident(processId) > highest ? (0, Resident(processId)) : (quiet + 1, highest);
        }
        return Resident(processId);
    }

    private async Task<double> PeakWhile(Task work)
    {
        var peak = Resident(processId);
        while (!work.IsCompleted)
        {
            await Task.WhenAny(work, Task.Delay(s_pause));
            peak = Math.Max(peak, Resident(processId));
        }
        await work;
        return peak;
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

    /// <summary>In MiB.</summary>
    public static double Resident(int processId)
    {
        var line = File.ReadLines($"/proc/{processId}/status")
            .First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        var kibibytes = line.AsSpan(6).Trim().TrimEnd(" kB");
        return int.Parse(kibibytes, NumberStyles.None, CultureInfo.InvariantCulture) / 1024.0;
    }
}
