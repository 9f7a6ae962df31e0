using System.Diagnostics;
using System.Globalization;
using ActorMail.Storage.Journal;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Bench.Store;

/// <summary>Durable deliveries of 10 KiB a second, beside the floor of the same minute.</summary>
internal sealed class StoreBench(string folder, int rounds, TimeSpan time, int writers, int threads, string[] what)
{
    private const int BodyOctets = 10 * 1024;
    private const long SegmentOctets = 64L * 1024 * 1024;

    public static async Task Run(Arguments arguments)
    {
        using var folder = new WorkFolder(arguments.Text("folder", "/var/tmp"));
        var bench = new StoreBench(
            folder.Path, arguments.Number("rounds", 7), TimeSpan.FromSeconds(arguments.Number("seconds", 2)),
            arguments.Number("writers", 64), arguments.Number("threads", 16),
            arguments.Text("parts", "floor,actors,MailStore").Split(','));
        Table.Head("case", "what", "deliveries/s", ": floor", "µs of processors each");
        foreach (var mailboxes in arguments.Text("mailboxes", "1,100,1000").Split(','))
            await bench.Measure(int.Parse(mailboxes, CultureInfo.InvariantCulture));
        Table.Load();
    }

    internal static MailStore Open(string root) => MailStore.Open(
        root,
        new StoreOptions
        {
            Journal = new JournalOptions { SegmentSize = SegmentOctets, MaxSegmentSize = SegmentOctets },
        },
        TimeProvider.System,
        Console.Error.WriteLine);

    private async Task Measure(int mailboxes)
    {
        var letter = new Letter(BodyOctets);
        Dictionary<string, IDeliveries> parts = [];
        foreach (var name in what)
        {
            var data = Path.Join(folder, name);
            parts[name] = name switch
            {
                "floor" => new GroupCommit(data, BodyOctets + Letter.RecordOverhead, writers),
                "actors" => await ActorDeliveries.Start(Open(data), letter, mailboxes, writers, threads),
                _ => new BareDeliveries(Open(data), letter, mailboxes, writers),
            };
        }

        var rates = parts.Keys.ToDictionary(name => name, _ => new List<double>());
        var costs = parts.Keys.ToDictionary(name => name, _ => new List<double>());
        for (var round = -1; round < rounds; round++)
        {
            foreach (var (name, part) in parts)
            {
                await Quiet();
                var (start, used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
                var count = await part.Run(time);
                // The first turn makes the files, and the compiler.
                if (round < 0)
                    continue;
                rates[name].Add(count / Stopwatch.GetElapsedTime(start).TotalSeconds);
                costs[name].Add((Environment.CpuUsage.TotalTime - used).TotalMicroseconds / Math.Max(1, count));
            }
        }

        foreach (var part in parts.Values)
            await part.DisposeAsync();
        foreach (var name in what)
            Directory.Delete(Path.Join(folder, name), recursive: true);
        foreach (var (name, values) in rates)
            Table.Row($"{mailboxes} mailboxes", name, values, name == what[0] ? [] : rates[what[0]], "N0", costs[name]);
    }

    /// <summary>What the turn before left to be written back is not the next one's.</summary>
    private static async Task Quiet()
    {
        using var sync = Process.Start("sync");
        await sync.WaitForExitAsync();
    }
}
