using System.Collections.Immutable;
using System.Diagnostics;
using ActorMail.Actors.Hosting;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Files;
using ActorMail.Storage.Mailboxes;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ActorMail.Bench.Store;

/// <summary>
/// One mailbox of 1 GiB: to open it, to make its index anew, to delete from it and to compact it, each beside what the
/// disk needs at least.
/// </summary>
internal sealed class OpenBench(string folder, int rounds, int messages, int size)
{
    private const int PieceOctets = 256 * 1024;
    private const int SmallOctets = 1000;
    private static readonly MailboxName s_name = Letter.Named("big@example.org");
    private readonly string _file = Path.Join(folder, "data", "mail", s_name.Value);
    private readonly string _index = Path.Join(folder, "data", "meta", s_name.Value, "INBOX.aml");
    private readonly byte[] _piece = new byte[PieceOctets];

    public static async Task Run(Arguments arguments)
    {
        using var folder = new WorkFolder(arguments.Text("folder", "/var/tmp"));
        var bench = new OpenBench(
            folder.Path, arguments.Number("rounds", 7), arguments.Number("messages", 104_857),
            arguments.Number("size", 10 * 1024 - 54 - 1));
        Table.Head("case", "what", "ms", ": floor");
        var parts = arguments.Text("parts", "rebuild,open,expunge,compact,expunge-all,recover").Split(',');
        if (parts.Any(part => part is not ("recover" or "expunge-all")))
            await bench.MeasureMailbox(parts);
        if (parts.Contains("expunge-all"))
        {
            var (rounds, messages) = (arguments.Number("rounds", 7), arguments.Number("messages", 100_000));
            await new ExpungeAllBench(folder.Path, rounds, messages, SmallOctets).Measure();
        }

        if (parts.Contains("recover"))
            await new RecoveryBench(folder.Path, arguments.Number("rounds", 7)).Measure();
        Table.Load();
    }

    private async Task MeasureMailbox(string[] parts)
    {
        var store = StoreBench.Open(Path.Join(folder, "data"));
        WriteMailbox(_file, messages, size);
        store.OpenMailbox(s_name).Dispose();
        if (parts.Contains("rebuild"))
            MeasureRebuild(store);
        if (parts.Contains("open"))
            MeasureOpen(store);
        if (parts.Contains("expunge"))
        {
            MeasureExpunge(store);
            await MeasureExpungeOfActor(store);
        }

        if (parts.Contains("compact"))
            MeasureCompaction(store);
        store.Dispose();
        Directory.Delete(Path.Join(folder, "data"), recursive: true);
    }

    /// <summary>The file of a mailbox that no index knows.</summary>
    internal static void WriteMailbox(string path, int messages, int size)
    {
        var letter = new Letter(size);
        using var file = RealDisk.Instance.Open(path, DiskAccess.CreateNew);
        using var stage = new MemoryStream();
        var at = 0L;
        for (var number = 1; number <= messages; number++)
        {
            stage.Write("From sender@example.net Tue Nov 24 00:00:00 2026\n"u8);
            stage.Write(letter.Numbered(number));
            stage.Write("\n"u8);
            if (stage.Length < 4 * PieceOctets && number < messages)
                continue;
            file.Write(stage.GetBuffer().AsSpan(0, (int)stage.Length), at);
            at += stage.Length;
            stage.SetLength(0);
        }

        file.Flush();
    }

    /// <summary>Floor: the file read once, with a checksum of it.</summary>
    private void MeasureRebuild(MailStore store)
    {
        var (ours, floor) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            floor.Add(Milliseconds(() => ReadThrough(_file)));
            File.Delete(_index);
            ours.Add(Milliseconds(() => store.OpenMailbox(s_name).Dispose()));
        }

        Print("rebuild of the index", ours, floor, "file read, with CRC-32C");
    }

    /// <summary>Floor: the index read, with a checksum of it.</summary>
    private void MeasureOpen(MailStore store)
    {
        var (ours, floor) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds * 3; round++)
        {
            floor.Add(Milliseconds(() => ReadThrough(_index)));
            var count = 0;
            ours.Add(Milliseconds(() =>
            {
                using var mailbox = store.OpenMailbox(s_name);
                count = mailbox.View.Messages.Length;
            }));
            if (count != messages)
                throw new IOException($"The mailbox shows {count} messages.");
        }

        Print("open, warm", ours, floor, "index read, with CRC-32C");
    }

    /// <summary>Floor: one write of 4 KiB to a prewritten file, and its flush.</summary>
    private void MeasureExpunge(MailStore store)
    {
        var (ours, floor) = (new List<double>(), new List<double>());
        using var file = Prewritten();
        using var mailbox = store.OpenMailbox(s_name);
        for (var round = 0; round < rounds * 3; round++)
        {
            floor.Add(Milliseconds(() => WriteAndFlush(file, round)));
            var uid = mailbox.View.Messages[messages / 2].Uid;
            ours.Add(Milliseconds(() => Expunge(store, mailbox, [uid])));
        }

        Print("expunge of one message", ours, floor, "4 KiB written and flushed");
    }

    private async Task MeasureExpungeOfActor(MailStore store)
    {
        var (ours, floor) = (new List<double>(), new List<double>());
        using var file = Prewritten();
        using var host = await ActorDeliveries.StartHost(store, threads: 16);
        var region = host.Services.GetRequiredService<IReadOnlyActorRegistry>().Get<ActorKeys.MailboxRegion>();
        var session = host.Services.GetRequiredService<ActorSystem>().ActorOf(
            Props.Create(() => new SessionActor(region, view => ImmutableArray.Create(
                view.Messages[view.Messages.Length / 2].Uid))));
        for (var round = 0; round < rounds * 3; round++)
        {
            floor.Add(Milliseconds(() => WriteAndFlush(file, round)));
            ours.Add((await session.Ask<TimeSpan>(s_name)).TotalMilliseconds);
        }

        Print("expunge of one message, by its actor", ours, floor, "4 KiB written and flushed");
        await host.StopAsync();
    }

    /// <summary>Floor: the whole file copied by the system, and flushed.</summary>
    private void MeasureCompaction(MailStore store)
    {
        var (ours, owner, floor) = (new List<double>(), new List<double>(), new List<double>());
        using var mailbox = store.OpenMailbox(s_name);
        var dice = new Random(1);
        for (var round = 0; round < Math.Min(rounds, 3); round++)
        {
            uint[] dead = [.. mailbox.View.Messages.Select(message => message.Uid).Where(_ => dice.Next(10) == 0)];
            Expunge(store, mailbox, dead);
            var gibibytes = new FileInfo(_file).Length / (1024.0 * 1024 * 1024);
            floor.Add(Milliseconds(CopyWhole) / gibibytes);
            using var compaction = mailbox.BeginCompaction()!;
            var copying = Milliseconds(() => compaction.CopyLive(isSmall: true, CancellationToken.None));
            owner.Add(Milliseconds(() =>
            {
                var change = mailbox.ReserveCompaction(compaction) ?? throw new IOException("Nothing was compacted.");
                store.Append([MailboxRecord.Compact(change)]);
                mailbox.Settle();
            }));
            ours.Add((copying + owner[^1]) / gibibytes);
        }

        Print("compaction, 10 % dead, a GiB", ours, floor, "file copied and flushed");
        Table.Row("compaction, 10 % dead, a GiB", "of that in the owner's turn", owner, floor, "N1");
    }

    private static void Print(string group, List<double> ours, List<double> floor, string what)
    {
        Table.Row(group, $"floor: {what}", floor, [], "N1");
        Table.Row(group, "ours", ours, floor, "N1");
    }

    internal static void Expunge(MailStore store, Mailbox mailbox, uint[] uids)
    {
        var change = mailbox.ReserveExpunge([.. uids], mailbox.UidValidity)
            ?? throw new IOException("Nothing was deleted.");
        store.Append([MailboxRecord.Expunge(change)]);
        mailbox.Settle();
        if (!change.IsCommitted || mailbox.Unapplied > 0)
            throw new IOException("The deletion was not done.");
    }

    private static double Milliseconds(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private void ReadThrough(string path)
    {
        using var file = RealDisk.Instance.Open(path, DiskAccess.Read);
        var (at, checksum) = (0L, 0u);
        while (file.Read(_piece, at) is > 0 and var count)
        {
            checksum = Crc32C.Append(checksum, _piece.AsSpan(0, count));
            at += count;
        }
    }

    private DiskFile Prewritten()
    {
        var path = Path.Join(folder, "floor");
        RealDisk.Instance.Delete(path);
        var file = RealDisk.Instance.Open(path, DiskAccess.CreateNew);
        for (var at = 0; at < 64; at++)
            file.Write(_piece, at * PieceOctets);
        file.Flush();
        return file;
    }

    private void WriteAndFlush(DiskFile file, int place)
    {
        file.Write(_piece.AsSpan(0, 4096), place * 4096);
        file.Flush();
    }

    private void CopyWhole()
    {
        var path = Path.Join(folder, "copy");
        using (var source = RealDisk.Instance.Open(_file, DiskAccess.Read))
        using (var target = RealDisk.Instance.Open(path, DiskAccess.CreateNew))
        {
            target.CopyFrom(source, 0, source.Stat().Size, 0);
            target.Flush();
        }

        RealDisk.Instance.Delete(path);
    }
}
