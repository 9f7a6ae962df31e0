using System.Diagnostics;
using ActorMail.Tests;

namespace ActorMail.Server.Tests.EndToEnd;

/// <summary>SIGTERM: sessions are told, nothing acknowledged is lost, and the end comes in time.</summary>
public sealed class ShutdownTests
{
    /// <summary>Five seconds are promised; a machine that does much else gets as many again.</summary>
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(10);

    [UnixFact]
    [Requirement("D9", "R5321-3.8-b", "R5321-4.3.1-a", "R1939-6-b", "P1")]
    public async Task Idle_sessions_are_told_and_the_server_ends_with_0()
    {
        using var folder = TestFolder.Create();
        await using var server = await TestServer.StartAsync(folder.Data);
        await Mail.SendAsync(server.Smtp, "bob@example.org", Mail.Compose("kept"));
        using var greeted = await RawClient.GreetAsync(server.Smtp);
        using var inside = await Mail.SayHelloAsync(server.Smtp);
        await inside.AskAsync("MAIL FROM:<>", "250 ");
        using var reader = await Mail.LogInAsync(server.Pop3, "bob@example.org");
        await reader.AskAsync("DELE 1", "+OK");

        server.Terminate();

        Assert.Equal(0, await server.WaitForExitAsync(DrainTimeout));
        Assert.Matches(@"\A421 4\.3\.2 mail\.example\.org [^\r\n]*\r\n\z", await greeted.ReadToEndAsync());
        Assert.Matches(@"\A421 4\.3\.2 mail\.example\.org [^\r\n]*\r\n\z", await inside.ReadToEndAsync());
        Assert.Matches(@"\A-ERR \[SYS/TEMP\] [^\r\n]*\r\n\z", await reader.ReadToEndAsync());
        Assert.Equal([Mail.Compose("kept")], Mbox.Read(server.MailFile("bob@example.org")));
    }

    [UnixFact]
    [Requirement("D9")]
    public async Task A_server_that_ended_in_good_order_leaves_nothing_to_be_written_again()
    {
        using var folder = TestFolder.Create();
        string[] users = ["bob@example.org", "ann@example.org"];
        await using (var server = await TestServer.StartAsync(folder.Data, "store.journal.idle-checkpoint=1h"))
        {
            foreach (var user in users)
                await Mail.SendAsync(server.Smtp, user, Mail.Compose("kept"));
            await server.StopAsync();
        }

        await using var again = await TestServer.StartAsync(folder.Data);

        Assert.DoesNotContain("written again", again.Output);
        foreach (var user in users)
            Assert.Equal([Mail.Compose("kept")], await Mail.FetchAllAsync(again.Pop3, user));
    }

    [UnixFact]
    [Requirement("D9", "D7")]
    public async Task A_message_that_ends_while_the_server_drains_is_acknowledged_and_kept()
    {
        using var folder = TestFolder.Create();
        await using var server = await TestServer.StartAsync(folder.Data);
        using var idle = await RawClient.GreetAsync(server.Smtp);
        using var sender = await Mail.SayHelloAsync(server.Smtp);
        await Mail.BeginAsync(sender, "bob@example.org");
        await sender.SendAsync(Mail.Compose("drained"));

        server.Terminate();
        // Its farewell says that the server drains.
        await idle.ReadToEndAsync();
        var reply = await sender.AskAsync(".");

        Assert.StartsWith("250 ", reply);
        Assert.StartsWith("421 ", await sender.ReadToEndAsync());
        Assert.Equal(0, await server.WaitForExitAsync(DrainTimeout));
        Assert.Equal([Mail.Compose("drained")], Mbox.Read(server.MailFile("bob@example.org")));
    }

    [UnixFact]
    [Requirement("D9", "D7")]
    public async Task A_message_that_never_ends_is_dropped_and_does_not_hold_the_end_up()
    {
        using var folder = TestFolder.Create();
        await using var server = await TestServer.StartAsync(folder.Data, "drain-timeout=1s");
        using var sender = await Mail.SayHelloAsync(server.Smtp);
        await Mail.BeginAsync(sender, "bob@example.org");
        await sender.SendAsync(Mail.Compose("endless"));

        server.Terminate();

        Assert.Equal(0, await server.WaitForExitAsync(DrainTimeout));
        Assert.DoesNotContain("250 ", await sender.ReadToEndAsync());
        Assert.Empty(Mbox.Read(server.MailFile("bob@example.org")));
    }

    [UnixFact]
    [Requirement("D9")]
    public async Task By_default_a_message_that_never_ends_is_waited_for_no_longer_than_five_seconds()
    {
        using var folder = TestFolder.Create();
        await using var server = await TestServer.StartAsync(folder.Data);
        using var sender = await Mail.SayHelloAsync(server.Smtp);
        await Mail.BeginAsync(sender, "bob@example.org");

        var started = Stopwatch.GetTimestamp();
        server.Terminate();

        Assert.Equal(0, await server.WaitForExitAsync(DrainTimeout));
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(3), Executable.Patience);
    }

    [UnixFact]
    public async Task The_second_signal_ends_the_server_at_once()
    {
        using var folder = TestFolder.Create();
        await using var server = await TestServer.StartAsync(folder.Data, "drain-timeout=10m");
        using var idle = await RawClient.GreetAsync(server.Smtp);
        using var sender = await Mail.SayHelloAsync(server.Smtp);
        await Mail.BeginAsync(sender, "bob@example.org");
        server.Terminate();
        await idle.ReadToEndAsync();

        server.Terminate();

        Assert.Equal(128 + 15, await server.WaitForExitAsync(DrainTimeout));
    }
}
