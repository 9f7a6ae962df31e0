using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using ActorMail.Tests;

namespace ActorMail.Server.Tests.EndToEnd;

/// <summary>
/// kill -9. What was acknowledged before is there after, once and whole. <c>ACTORMAIL_KILLS</c> sets how many rounds.
/// </summary>
public sealed class CrashTests
{
    private const int Senders = 8;
    private const int MailsBeforeKill = 60;
    private static readonly string[] Users = ["bob@example.org", "ann@example.org"];

    private static int Rounds =>
        int.TryParse(Environment.GetEnvironmentVariable("ACTORMAIL_KILLS"), NumberStyles.None, null, out var rounds)
            ? rounds
            : 3;

    [UnixFact]
    [Requirement("D1", "D2", "D8", "R5321-6.1-a")]
    public async Task After_a_kill_every_acknowledged_mail_is_there_once_and_none_is_torn()
    {
        using var folder = TestFolder.Create();
        var (tried, acknowledged) = (new ConcurrentDictionary<string, string>(), new ConcurrentBag<string>());
        for (var round = 0; round < Rounds; round++)
        {
            await using var server = await TestServer.StartAsync(folder.Data, "store.spool-threshold=8KiB");
            var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var target = acknowledged.Count + MailsBeforeKill;
            var senders = Enumerable.Range(0, Senders).Select(sender => SendUntilKilledAsync(
                server, $"{round}-{sender}", tried, id =>
                {
                    acknowledged.Add(id);
                    if (acknowledged.Count >= target)
                        enough.TrySetResult();
                })).ToList();

            await enough.Task.WaitAsync(Executable.Patience);
            await server.KillAsync();
            await Task.WhenAll(senders);
        }

        await using var last = await TestServer.StartAsync(folder.Data);
        foreach (var user in Users)
        {
            var messages = await Mail.FetchAllAsync(last.Pop3, user);
            var known = tried.ToDictionary(mail => mail.Value, mail => mail.Key);
            Assert.All(messages, message => Assert.Contains(message, known));
            var ids = messages.Select(message => known[message]).ToList();
            Assert.Equal(ids.Distinct(), ids);
            Assert.Empty(acknowledged.Except(ids));
            Assert.Equal(messages, Mbox.Read(last.MailFile(user)));
        }
    }

    [UnixFact]
    [Requirement("D2", "D7", "R5321-4.1.1.10-b")]
    public async Task A_message_under_way_at_a_kill_leaves_nothing()
    {
        using var folder = TestFolder.Create();
        var spool = Path.Join(folder.Data, "spool");
        await using (var server = await TestServer.StartAsync(folder.Data))
        {
            using var sender = await Mail.SayHelloAsync(server.Smtp);
            await Mail.BeginAsync(sender, Users[0]);
            await sender.SendAsync(Mail.Compose("large", lines: 100_000));
            await Poll.UntilAsync(() => Directory.EnumerateFiles(spool).Any());
            await server.KillAsync();
        }

        await using var again = await TestServer.StartAsync(folder.Data);

        Assert.Empty(Directory.EnumerateFiles(spool));
        Assert.Empty(await Mail.FetchAllAsync(again.Pop3, Users[0]));
        await Mail.SendAsync(again.Smtp, Users[0], Mail.Compose("next"));
        Assert.Equal([Mail.Compose("next")], await Mail.FetchAllAsync(again.Pop3, Users[0]));
    }

    [UnixFact]
    [Requirement("D2", "D13")]
    public async Task A_half_written_message_is_written_again_and_the_log_says_so()
    {
        using var folder = TestFolder.Create();
        string file;
        await using (var server = await TestServer.StartAsync(folder.Data, "store.journal.idle-checkpoint=1h"))
        {
            file = server.MailFile(Users[0]);
            await Mail.SendAsync(server.Smtp, Users[0], Mail.Compose("first"));
            await Mail.SendAsync(server.Smtp, Users[0], Mail.Compose("second"));
            await server.KillAsync();
        }

        // As after a power cut: the octets never reached the disk.
        var octets = await File.ReadAllBytesAsync(file);
        await File.WriteAllBytesAsync(file, octets[..^20]);
        await using var again = await TestServer.StartAsync(folder.Data);

        string[] whole = [Mail.Compose("first"), Mail.Compose("second")];
        Assert.Equal(whole, await Mail.FetchAllAsync(again.Pop3, Users[0]));
        Assert.Equal(whole, Mbox.Read(file));
        await Poll.UntilAsync(() => again.Output.Contains(
            "(records: 2, mailboxes: 1, ", StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("P5", "R1939-7-h", "R1939-7-i")]
    public async Task Unique_ids_stay_over_a_restart_and_are_not_used_again()
    {
        using var folder = TestFolder.Create();
        IReadOnlyList<string> before;
        await using (var server = await TestServer.StartAsync(folder.Data))
        {
            foreach (var id in new[] { "one", "two", "three" })
                await Mail.SendAsync(server.Smtp, Users[0], Mail.Compose(id));
            before = await UidsAsync(server);
            await server.StopAsync();
        }

        await using (var server = await TestServer.StartAsync(folder.Data))
        {
            Assert.Equal(before, await UidsAsync(server));
            using var client = await Mail.LogInAsync(server.Pop3, Users[0]);
            await client.AskAsync("DELE 3", "+OK");
            await client.AskAsync("QUIT", "+OK");
            await server.KillAsync();
        }

        await using var last = await TestServer.StartAsync(folder.Data);
        await Mail.SendAsync(last.Smtp, Users[0], Mail.Compose("four"));
        var after = await UidsAsync(last);
        Assert.Equal(before.Take(2), after.Take(2));
        Assert.DoesNotContain(after[2], before);
    }

    private static async Task SendUntilKilledAsync(
        TestServer server, string name, ConcurrentDictionary<string, string> tried, Action<string> acknowledge)
    {
        try
        {
            using var client = await Mail.SayHelloAsync(server.Smtp);
            for (var number = 0; ; number++)
            {
                // Short ones and such as go through the spool folder.
                var id = $"{name}-{number}";
                var mail = tried[id] = Mail.Compose(id, lines: number % 7 == 6 ? 900 : 20);
                await client.AskAsync("MAIL FROM:<>", "250 ");
                foreach (var user in Users)
                    await client.AskAsync($"RCPT TO:<{user}>", "250 ");
                await client.AskAsync("DATA", "354 ");
                await client.AskAsync($"{mail}.", "250 ");
                acknowledge(id);
            }
        }
        catch (Exception killed) when (killed is SocketException or EndOfStreamException)
        {
            Assert.True(tried.ContainsKey($"{name}-0"), "The server was gone before the first mail.");
        }
    }

    private static async Task<IReadOnlyList<string>> UidsAsync(TestServer server)
    {
        using var client = await Mail.LogInAsync(server.Pop3, Users[0]);
        var ids = await Mail.ReadUniqueIdsAsync(client);
        await client.AskAsync("QUIT", "+OK");
        return ids;
    }
}
