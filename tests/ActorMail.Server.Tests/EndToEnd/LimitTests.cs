using System.Net;
using ActorMail.Tests;

namespace ActorMail.Server.Tests.EndToEnd;

/// <summary>The limits that settings name, with settings so small that a test meets them.</summary>
public sealed class LimitTests(LimitTests.NarrowServer narrow, LimitTests.HastyServer hasty)
    : IClassFixture<LimitTests.NarrowServer>, IClassFixture<LimitTests.HastyServer>
{
    [Fact]
    [Requirement("F4")]
    public async Task One_address_gets_no_more_connections_than_it_may_have()
    {
        using var folder = TestFolder.Create();
        await using var server = await TestServer.StartAsync(folder.Data, "connections.max-from-loopback=3");
        using var first = await RawClient.GreetAsync(server.Smtp);
        using var second = await RawClient.GreetAsync(server.Pop3);
        using var third = await RawClient.GreetAsync(server.Smtp);

        using var smtp = await RawClient.ConnectAsync(server.Smtp);
        using var pop3 = await RawClient.ConnectAsync(server.Pop3);

        Assert.Matches(@"\A421 4\.7\.0 mail\.example\.org [^\r\n]*\r\n\z", await smtp.ReadToEndAsync());
        Assert.Matches(@"\A-ERR [^\r\n]*\r\n\z", await pop3.ReadToEndAsync());
        await third.AskAsync("QUIT", "221 ");
        await third.ReadToEndAsync();
        await AssertServesAsync(server);
    }

    [LinuxFact]
    [Requirement("F4")]
    public async Task An_address_with_all_its_connections_leaves_room_for_another()
    {
        using var folder = TestFolder.Create();
        await using var server = await TestServer.StartAsync(folder.Data, "connections.max-from-loopback=1");
        using var greedy = await RawClient.GreetAsync(server.Smtp);
        using var refused = await RawClient.ConnectAsync(server.Smtp);

        // Linux has all of 127.0.0.0/8.
        using var modest = await RawClient.ConnectAsync(server.Smtp, from: IPAddress.Parse("127.0.0.2"));

        Assert.StartsWith("421 ", await refused.ReadToEndAsync());
        Assert.StartsWith("220 ", await modest.ReadLineAsync());
    }

    [Fact]
    [Requirement("F4")]
    public async Task All_together_get_no_more_connections_than_there_are()
    {
        using var folder = TestFolder.Create();
        await using var server = await TestServer.StartAsync(folder.Data, "connections.max=1");
        using (var first = await RawClient.GreetAsync(server.Smtp))
        {
            using var second = await RawClient.ConnectAsync(server.Smtp);
            Assert.StartsWith("421 4.3.2 ", await second.ReadToEndAsync());
        }

        await AssertServesAsync(server);
    }

    [Fact]
    [Requirement("S4", "F1", "S12")]
    public async Task A_command_line_too_long_gets_one_refusal_and_the_session_goes_on()
    {
        using var client = await Mail.SayHelloAsync(narrow.Server.Smtp);

        await client.AskAsync($"NOOP {new string('x', 512 - 7)}", "250 ");
        await client.AskAsync($"NOOP {new string('x', 512 - 6)}", "500 5.5.2 ");
        await client.AskAsync("QUIT", "221 ");
    }

    [Fact]
    [Requirement("S4", "R5321-4.5.3.1.8-b", "R5321-4.5.3.1.10-a")]
    public async Task A_recipient_too_many_is_refused_and_the_others_get_their_mail()
    {
        using var client = await Mail.SayHelloAsync(narrow.Server.Smtp);
        await client.AskAsync("MAIL FROM:<>", "250 ");
        for (var number = 0; number < 100; number++)
            await client.AskAsync($"RCPT TO:<rcpt{number}@example.org>", "250 ");

        await client.AskAsync("RCPT TO:<rcpt100@example.org>", "452 4.5.3 ");
        await client.AskAsync("DATA", "354 ");
        await client.AskAsync($"{Mail.Compose("many")}.", "250 ");

        foreach (var number in new[] { 0, 99 })
            Assert.Equal([Mail.Compose("many")], Mbox.Read(narrow.Server.MailFile($"rcpt{number}@example.org")));
        Assert.False(File.Exists(narrow.Server.MailFile("rcpt100@example.org")));
    }

    [Fact]
    [Requirement("S5", "R1870-4-a", "R1870-6-a", "R5321-4.2.5-a")]
    public async Task A_message_too_large_is_refused_by_its_size_and_by_its_content()
    {
        using var client = await Mail.SayHelloAsync(narrow.Server.Smtp);
        await client.AskAsync("MAIL FROM:<> SIZE=65537", "552 5.3.4 ");
        await client.AskAsync("MAIL FROM:<> SIZE=10", "250 ");
        await client.AskAsync("RCPT TO:<large@example.org>", "250 ");
        await client.AskAsync("DATA", "354 ");
        await client.AskAsync($"{Mail.Compose("large", lines: 4_000)}.", "552 5.3.4 ");

        await Mail.SendAsync(client, "large@example.org", Mail.Compose("small"));
        Assert.Equal([Mail.Compose("small")], await Mail.FetchAllAsync(narrow.Server.Pop3, "large@example.org"));
    }

    [Fact]
    [Requirement("S7", "R5321-6.3-a")]
    public async Task A_message_with_too_many_Received_fields_is_a_loop()
    {
        using var client = await Mail.SayHelloAsync(narrow.Server.Smtp);
        await Mail.BeginAsync(client, "loop@example.org");

        var fields = string.Concat(Enumerable.Repeat("Received: from a by b; date\r\n", 101));
        await client.AskAsync($"{fields}\r\nx\r\n.", "554 5.4.6 ");
        Assert.False(File.Exists(narrow.Server.MailFile("loop@example.org")));
    }

    [Fact]
    [Requirement("S12", "I10")]
    public async Task After_too_many_errors_the_session_ends()
    {
        using var smtp = await Mail.SayHelloAsync(narrow.Server.Smtp);
        using var pop3 = await RawClient.GreetAsync(narrow.Server.Pop3);
        for (var number = 1; number < 5; number++)
        {
            await smtp.AskAsync("RCPT TO:<x@example.org>", "503 ");
            await pop3.AskAsync("STAT", "-ERR ");
        }

        await smtp.SendAsync("BOGUS\r\nNOOP\r\n");
        await pop3.SendAsync("STAT\r\n");

        Assert.Matches(@"\A500 [^\r]*\r\n421 4\.7\.0 [^\r]*\r\n(\[reset\])?\z", await smtp.ReadToEndAsync());
        Assert.Matches(@"\A-ERR [^\r]*\r\n-ERR [^\r]*\r\n(\[reset\])?\z", await pop3.ReadToEndAsync());
        await AssertServesAsync(narrow.Server);
    }

    [Fact]
    [Requirement("F3", "R5321-3.8-a", "R1939-3-l", "P1")]
    public async Task A_silent_client_is_told_and_closed_and_deletes_nothing()
    {
        await Mail.SendAsync(hasty.Server.Smtp, "idle@example.org", Mail.Compose("idle"));
        using var smtp = await RawClient.GreetAsync(hasty.Server.Smtp);
        using var pop3 = await Mail.LogInAsync(hasty.Server.Pop3, "idle@example.org");
        await pop3.AskAsync("DELE 1", "+OK");

        Assert.StartsWith("421 4.4.2 mail.example.org ", await smtp.ReadToEndAsync());
        Assert.StartsWith("-ERR [SYS/TEMP] ", await pop3.ReadToEndAsync());
        Assert.Equal([Mail.Compose("idle")], Mbox.Read(hasty.Server.MailFile("idle@example.org")));
    }

    [Fact]
    [Requirement("F3", "D7")]
    public async Task A_client_that_trickles_a_command_or_stalls_in_a_message_is_closed()
    {
        using var trickle = await RawClient.GreetAsync(hasty.Server.Smtp);
        using var stalled = await Mail.SayHelloAsync(hasty.Server.Smtp);
        await Mail.BeginAsync(stalled, "stalled@example.org");
        await stalled.SendAsync(Mail.Compose("stalled"));
        var end = trickle.ReadToEndAsync();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var sent = 0; !end.IsCompleted && sent < 400; sent++)
        {
            await trickle.TrySendAsync("N");
            await ticks.WaitForNextTickAsync();
        }

        Assert.StartsWith("421 4.4.2 ", await end);
        Assert.StartsWith("421 4.4.2 ", await stalled.ReadToEndAsync());
        Assert.False(File.Exists(hasty.Server.MailFile("stalled@example.org")));
    }

    [Fact]
    [Requirement("F3")]
    public async Task A_session_ends_at_its_limit_whatever_it_does()
    {
        using var folder = TestFolder.Create();
        await using var server = await TestServer.StartAsync(folder.Data, "smtp.session-timeout=1s");
        using var client = await RawClient.GreetAsync(server.Smtp);

        string reply;
        do
            reply = await client.AskAsync("NOOP");
        while (reply.StartsWith("250 ", StringComparison.Ordinal));

        Assert.StartsWith("421 4.4.2 mail.example.org ", reply);
    }

    private static async Task AssertServesAsync(TestServer server)
    {
        await Poll.UntilAsync(async () =>
        {
            using var client = await RawClient.ConnectAsync(server.Smtp);
            return (await client.ReadLineAsync()).StartsWith("220 ", StringComparison.Ordinal);
        });
    }

    /// <summary>A server that takes little of everything.</summary>
    public sealed class NarrowServer() : ServerFixture(
        "smtp.max-line-length=512", "smtp.max-recipients=100", "smtp.max-message-size=64KiB",
        "smtp.max-errors=5", "pop3.max-errors=5");

    /// <summary>A server that waits for a second at the most.</summary>
    public sealed class HastyServer() : ServerFixture(
        "smtp.idle-timeout=1s", "smtp.command-timeout=1s", "smtp.data-timeout=1s", "pop3.idle-timeout=1s");
}
