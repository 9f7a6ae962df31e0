using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using ActorMail.Actors.Hosting;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Files;
using ActorMail.Storage.Mailboxes;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ActorMail.Bench.Store;

/// <summary>
/// All messages of a large maildrop, or every other one, deleted at once: what a POP3 client does that leaves nothing
/// on the server. Each turn has a mailbox file of its own.
/// </summary>
internal sealed class ExpungeAllBench(string folder, int rounds, int messages, int size)
{
    private readonly byte[] _page = new byte[4096];

    public async Task Measure()
    {
        var count = messages.ToString("N0", CultureInfo.InvariantCulture);
        await Measure($"expunge of all {count}", step: 1);
        await Measure($"expunge of every other of {count}", step: 2);
    }

    private async Task Measure(string group, int step)
    {
        var (store, actor, floor) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            var data = Path.Join(folder, "expunge-all");
            var (first, second) = (Letter.MailboxOf(0), Letter.MailboxOf(1));
            using (var opened = StoreBench.Open(data))
            {
                OpenBench.WriteMailbox(Path.Join(data, "mail", first.Value), messages, size);
                OpenBench.WriteMailbox(Path.Join(data, "mail", second.Value), messages, size);
                floor.Add(Milliseconds(() => WriteAndFlush(Path.Join(folder, "page"))));
                store.Add(ByStore(opened, first, step));
                actor.Add(await ByActor(opened, second, step));
            }

            Directory.Delete(data, recursive: true);
        }

        Table.Row(group, "floor: 4 KiB written to a new file and flushed", floor, [], "N1");
        Table.Row(group, "by the store", store, floor, "N1");
        Table.Row(group, "by its actor, up to the answer", actor, floor, "N1");
    }

    private static double ByStore(MailStore store, MailboxName name, int step)
    {
        using var mailbox = store.OpenMailbox(name);
        var uids = Uids(mailbox.View, step);
        return Milliseconds(() => OpenBench.Expunge(store, mailbox, [.. uids]));
    }

    private static async Task<double> ByActor(MailStore store, MailboxName name, int step)
    {
        using var host = await ActorDeliveries.StartHost(store, threads: 16);
        var region = host.Services.GetRequiredService<IReadOnlyActorRegistry>().Get<ActorKeys.MailboxRegion>();
        var session = host.Services.GetRequiredService<ActorSystem>().ActorOf(
            Props.Create(() => new SessionActor(region, view => Uids(view, step))));
        var time = await session.Ask<TimeSpan>(name);
        await host.StopAsync();
        return time.TotalMilliseconds;
    }

    private static ImmutableArray<uint> Uids(MailboxView view, int step) =>
        [.. view.Messages.Where((_, index) => index % step == 0).Select(message => message.Uid)];

    private void WriteAndFlush(string path)
    {
        using (var file = RealDisk.Instance.Open(path, DiskAccess.CreateNew))
        {
            file.Write(_page, 0);
            file.Flush();
        }

        RealDisk.Instance.Delete(path);
    }

    private static double Milliseconds(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
