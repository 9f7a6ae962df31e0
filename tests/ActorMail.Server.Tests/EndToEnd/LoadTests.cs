using System.Collections.Concurrent;
using ActorMail.Tests;

namespace ActorMail.Server.Tests.EndToEnd;

/// <summary>Many clients at once, senders and readers.</summary>
public sealed class LoadTests
{
    private const int Connections = 50;
    private const int MailsEach = 20;
    private const string Quiet = "quiet@example.org";
    private const string Busy = "busy@example.org";
    private const string Other = "other@example.org";

    private static readonly string[] Codes = ["250 ", "250 ", "250 ", "354 "];

    [Fact]
    [Requirement("D8", "P3", "R5321-4.5.4.2-a", "R1939-6-e")]
    public async Task A_thousand_mails_over_fifty_connections_are_each_found_once_while_others_delete()
    {
        using var folder = TestFolder.Create();
        await using var server = await TestServer.StartAsync(folder.Data);
        for (var number = 0; number < 20; number++)
            await Mail.SendAsync(server.Smtp, Other, Mail.Compose($"old-{number}"));
        var (acknowledged, read) = (new ConcurrentBag<string>(), new ConcurrentBag<string>());

        using var senders = new CancellationTokenSource();
        var readers = Task.WhenAll(
            DeleteAsync(server, Busy, read, senders.Token), DeleteAsync(server, Other, [], senders.Token));
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(sender => SendAsync(server, sender, acknowledged)));
        await senders.CancelAsync();
        await readers;

        Assert.Equal(Connections * MailsEach, acknowledged.Count);
        var left = await Mail.FetchAllAsync(server.Pop3, Busy);
        AssertEachOnce(acknowledged, [.. read, .. left]);
        AssertEachOnce(acknowledged, await Mail.FetchAllAsync(server.Pop3, Quiet));
        AssertEachOnce(acknowledged, Mbox.Read(server.MailFile(Quiet)));
        await server.StopAsync();
        Assert.Equal(left, Mbox.Read(server.MailFile(Busy)));
        Assert.Empty(Mbox.Read(server.MailFile(Other)));
    }

    private static void AssertEachOnce(IEnumerable<string> ids, IEnumerable<string> messages) => Assert.Equal(
        ids.Select(id => Mail.Compose(id)).Order(StringComparer.Ordinal), messages.Order(StringComparer.Ordinal));

    private static async Task SendAsync(TestServer server, int sender, ConcurrentBag<string> acknowledged)
    {
        using var client = await Mail.SayHelloAsync(server.Smtp);
        for (var number = 0; number < MailsEach; number++)
        {
            var id = $"{sender}-{number}";
            await client.SendAsync($"MAIL FROM:<{Mail.Sender}>\r\nRCPT TO:<{Quiet}>\r\nRCPT TO:<{Busy}>\r\nDATA\r\n");
            foreach (var code in Codes)
                Assert.StartsWith(code, await client.ReadReplyAsync());
            await client.AskAsync($"{Mail.Compose(id)}.", "250 ");
            acknowledged.Add(id);
        }

        await client.AskAsync("QUIT", "221 ");
    }

    /// <summary>Takes mail out as a user does who leaves none there; once more when the senders are done.</summary>
    private static async Task DeleteAsync(
        TestServer server, string user, ConcurrentBag<string> read, CancellationToken senders)
    {
        bool isLast;
        do
        {
            isLast = senders.IsCancellationRequested;
            using var client = await Mail.LogInAsync(server.Pop3, user);
            // Some stay each time, so that what is deleted lies in front of what is not.
            var count = await Mail.CountAsync(client) / (user == Busy ? 2 : 1);
            List<string> taken = [];
            for (var number = 1; number <= count; number++)
            {
                taken.Add(Mail.WithoutTrace(await Mail.RetrieveAsync(client, number)));
                await client.AskAsync($"DELE {number}", "+OK");
            }

            await client.AskAsync("QUIT", "+OK");
            taken.ForEach(read.Add);
        }
        while (!isLast);
    }
}
