namespace ActorMail.Server.Tests.EndToEnd;

/// <summary><c>actormail mailbox</c> beside a server that runs, and without one.</summary>
public sealed class MailCatcherTests
{
    private const string Bob = "bob@example.org";

    [Fact]
    public async Task Mailboxes_are_listed_shown_and_cleared_beside_the_server_and_without()
    {
        using var folder = TestFolder.Create();
        await using (var server = await TestServer.StartAsync(folder.Data))
        {
            foreach (var id in new[] { "first", "second" })
                await Mail.SendAsync(server.Smtp, Bob, Mail.Compose(id));
            await Mail.SendAsync(server.Smtp, "alice@example.org", Mail.Compose("hers"));

            await AssertShownAsync(folder);
            var before = await UidsAsync(server);
            Assert.Equal(
                "cleared bob@example.org: 2 messages deleted\n", await RunAsync(folder, "clear", Bob, "--yes"));
            Assert.Empty(await Mail.FetchAllAsync(server.Pop3, Bob));

            await Mail.SendAsync(server.Smtp, Bob, Mail.Compose("third"));
            Assert.Equal([Mail.Compose("third")], await Mail.FetchAllAsync(server.Pop3, Bob));
            Assert.Empty(before.Intersect(await UidsAsync(server)));
            await Mail.SendAsync(server.Smtp, Bob, Mail.Compose("second"));
            await server.StopAsync();
        }

        Assert.Equal(["alice@example.org 1", "bob@example.org 2"], await CountsAsync(folder));
        Assert.Equal("cleared alice@example.org: 1 message deleted\n",
            await RunAsync(folder, "clear", "alice@example.org", "--yes"));
        Assert.Equal(["alice@example.org 0", "bob@example.org 2"], await CountsAsync(folder));
        await using var again = await TestServer.StartAsync(folder.Data);
        Assert.Empty(await Mail.FetchAllAsync(again.Pop3, "alice@example.org"));
        Assert.Equal([Mail.Compose("third"), Mail.Compose("second")], await Mail.FetchAllAsync(again.Pop3, Bob));
    }

    private static async Task AssertShownAsync(TestFolder folder)
    {
        Assert.Equal(["alice@example.org 1", "bob@example.org 2"], await CountsAsync(folder));
        var subjects = (await RunAsync(folder, "show", Bob)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t')[2]);
        Assert.Equal(["first", "second"], subjects);
        Assert.EndsWith("second line 2 of 3\n", await RunAsync(folder, "show", Bob, "2"));
    }

    private static async Task<IEnumerable<string>> CountsAsync(TestFolder folder) =>
        (await RunAsync(folder, "list")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t')).Select(words => $"{words[0]} {words[1]}");

    private static async Task<string> RunAsync(TestFolder folder, params string[] words)
    {
        var ended = await Executable.RunAsync(["mailbox", .. words, "--set", $"actormail.data={folder.Data}"]);
        Assert.Equal((0, ""), (ended.Code, ended.Error));
        return ended.Out.ReplaceLineEndings("\n");
    }

    private static async Task<IReadOnlyList<string>> UidsAsync(TestServer server)
    {
        using var client = await Mail.LogInAsync(server.Pop3, Bob);
        var ids = await Mail.ReadUniqueIdsAsync(client);
        await client.AskAsync("QUIT", "+OK");
        return ids;
    }
}
