using System.Diagnostics;
using System.Globalization;
using ActorMail.Storage.Files;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Bench.Store;

/// <summary>
/// The start after a kill: a journal that is as full as it gets, 10 KiB a record, for 100 mailboxes. Floor: the ring
/// read, and the same octets written to as many files and flushed.
/// </summary>
internal sealed class RecoveryBench(string folder, int rounds)
{
    /// <summary>In a process of its own, which ends as if it were killed.</summary>
    public const string FillCommand = "fill-and-die";

    private const int Mailboxes = 100;
    private const int Batch = 64;

    public static void FillAndDie(Arguments arguments)
    {
        var store = StoreBench.Open(arguments.Text("folder", ""));
        var letter = new Letter(10 * 1024);
        var mailboxes = Enumerable.Range(0, Mailboxes).Select(it => store.OpenMailbox(Letter.MailboxOf(it))).ToArray();
        var (count, isFull) = (0, false);
        while (!isFull)
        {
            var records = Enumerable.Range(0, Batch).Select(i => MailboxRecord.Deliver(
                [mailboxes[(count + i) % Mailboxes].Reserve(letter.Draft(store))])).ToList();
            var outcome = store.Append(records);
            (count, isFull) = (count + outcome.Done, outcome.IsFull);
            foreach (var mailbox in mailboxes)
                mailbox.Settle();
        }

        Console.WriteLine(count.ToString(CultureInfo.InvariantCulture));
        Process.GetCurrentProcess().Kill();
    }

    public async Task Measure()
    {
        var (ours, floor, records) = (new List<double>(), new List<double>(), 0);
        for (var round = 0; round < Math.Min(rounds, 5); round++)
        {
            var data = Path.Join(folder, "recover");
            records = await Fill(data);
            floor.Add(Milliseconds(() => ReadAndWrite(data, records)));
            MailStore? store = null;
            ours.Add(Milliseconds(() => store = MailStore.Open(
                data, new StoreOptions(), TimeProvider.System, _ => { })));
            store!.Dispose();
            Directory.Delete(data, recursive: true);
        }

        var group = string.Create(CultureInfo.InvariantCulture, $"recovery, {records} records, 100 mailboxes");
        Table.Row(group, "floor: ring read, mailboxes written and flushed", floor, [], "N1");
        Table.Row(group, "ours", ours, floor, "N1");
    }

    private static double Milliseconds(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static async Task<int> Fill(string data)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [FillCommand, "--folder", data])
        {
            RedirectStandardOutput = true,
        };
        using var filler = Process.Start(start)!;
        var count = await filler.StandardOutput.ReadToEndAsync();
        await filler.WaitForExitAsync();
        return int.Parse(count, CultureInfo.InvariantCulture);
    }

    private static void ReadAndWrite(string data, int records)
    {
        var piece = new byte[1024 * 1024];
        foreach (var segment in Directory.EnumerateFiles(Path.Join(data, "journal")))
        {
            using var file = RealDisk.Instance.Open(segment, DiskAccess.Read);
            var at = 0L;
            while (file.Read(piece, at) is > 0 and var count)
                at += count;
        }

        var folder = Path.Join(data, "floor");
        RealDisk.Instance.CreateFolder(folder);
        for (var mailbox = 0; mailbox < Mailboxes; mailbox++)
        {
            using var file = RealDisk.Instance.Open(
                Path.Join(folder, mailbox.ToString(CultureInfo.InvariantCulture)), DiskAccess.CreateNew);
            for (var at = 0; at < records / Mailboxes; at++)
                file.Write(piece.AsSpan(0, 10 * 1024), at * 10 * 1024);
            file.Flush();
        }
    }
}
