using System.Net.Sockets;
using System.Text;
using ActorMail.Tests;

namespace ActorMail.Server.Tests.EndToEnd;

/// <summary>Clients that mean no good, in small sizes. After each of them a clean session is served.</summary>
public sealed class HostileInputTests(DefaultServer fixture) : IClassFixture<DefaultServer>
{
    private const int Mebibyte = 1024 * 1024;

    private static int _served;

    private TestServer Server => fixture.Server;

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 30\r\n\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n")]
    [InlineData("CONNECT example.org:25 HTTP/1.1\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003\r\n")]
    [Requirement("S10", "S12")]
    public async Task Another_protocol_is_turned_away_with_one_reply(string words)
    {
        using var client = await RawClient.GreetAsync(Server.Smtp);

        await client.SendAsync(words);

        Assert.Matches(@"\A421 4\.7\.0 [^\r\n]*\r\n(\[reset\])?\z", await client.ReadToEndAsync());
        await AssertServesAsync();
    }

    [Theory]
    [InlineData("\0\0\0")]
    [InlineData("\u00ff\u00fe\u0080")]
    [InlineData("NOOP\nNOOP\rNOOP")]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("%s%s%n")]
    [InlineData("MAIL FROM:<a@b>\rRCPT TO:<c@d>")]
    [InlineData("HELO x\0y")]
    [Requirement("S2", "S12", "R5321-2.3.8-a", "R5321-4.2-a", "R1939-3-h")]
    public async Task A_line_of_rubbish_gets_one_refusal(string rubbish)
    {
        using var smtp = await RawClient.GreetAsync(Server.Smtp);
        using var pop3 = await RawClient.GreetAsync(Server.Pop3);

        Assert.Matches("^50[01] ", await smtp.AskAsync(rubbish));
        await smtp.AskAsync("QUIT", "221 ");
        Assert.StartsWith("-ERR ", await pop3.AskAsync(rubbish));
        await pop3.AskAsync("QUIT", "+OK");

        Assert.Equal("", await smtp.ReadToEndAsync());
        Assert.Equal("", await pop3.ReadToEndAsync());
        await AssertServesAsync();
    }

    [Theory]
    [InlineData("\n.\n")]
    [InlineData("\n.\r\n")]
    [InlineData("\r.\r")]
    [InlineData("\r.\r\n")]
    [InlineData("\r\n.\n")]
    [InlineData("\r\n.\r")]
    [InlineData("\r\n\0.\r\n")]
    [InlineData("\u0085.\u0085")]
    [Requirement("S1", "R5321-4.1.1.4-b", "R5321-4.1.1.4-c")]
    public async Task Nothing_but_a_dot_between_CRLFs_ends_a_message(string end)
    {
        var user = $"smuggled-{Convert.ToHexString(Encoding.Latin1.GetBytes(end))}@example.org";
        using var client = await Mail.SayHelloAsync(Server.Smtp);
        await Mail.BeginAsync(client, user);

        await client.SendAsync(
            $"Subject: one\r\n\r\nx{end}MAIL FROM:<evil@example.org>\r\nRCPT TO:<{user}>\r\nDATA\r\n");
        var reply = await client.AskAsync("Subject: two\r\n\r\ny\r\n.");

        Assert.Matches("^(250|554) ", reply);
        Assert.Equal(reply[0] == '2' ? 1 : 0, (await Mail.FetchAllAsync(Server.Pop3, user)).Count);
        await client.AskAsync("QUIT", "221 ");
        await AssertServesAsync();
    }

    [Fact]
    [Requirement("F1", "S4", "A5")]
    public async Task A_line_without_an_end_takes_no_memory()
    {
        await AssertServesAsync();
        var before = Server.ReadWorkingSet();
        var line = new byte[Mebibyte];
        Array.Fill(line, (byte)'x');
        foreach (var endpoint in new[] { Server.Smtp, Server.Pop3 })
        {
            using var client = await RawClient.GreetAsync(endpoint);
            for (var sent = 0; sent < 16; sent++)
                await client.SendAsync(line);
            var refusal = await client.AskAsync("");
            Assert.True(refusal is ['5', '0', '0', ..] or ['-', 'E', 'R', 'R', ..], refusal);
            await client.AskAsync("QUIT");
        }

        Assert.InRange(Server.ReadWorkingSet() - before, long.MinValue, 128L * Mebibyte);
        await AssertServesAsync();
    }

    [Fact]
    [Requirement("F2")]
    public async Task Who_sends_and_never_reads_is_no_longer_read_from()
    {
        await AssertServesAsync();
        var before = Server.ReadWorkingSet();
        using var client = await RawClient.GreetAsync(Server.Smtp);
        client.Socket.Blocking = false;
        var questions = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("HELP\r\n", 1_000)));
        var refused = 0;

        // The buffers of both ends fill up; when nothing was taken for a second, nothing will be.
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var sent = 0L; refused < 50 && sent < 256L * Mebibyte;)
        {
            client.Socket.Send(questions, SocketFlags.None, out var error);
            (refused, sent) = error is SocketError.WouldBlock ? (refused + 1, sent) : (0, sent + questions.Length);
            if (error is SocketError.WouldBlock)
                await ticks.WaitForNextTickAsync();
        }

        Assert.Equal(50, refused);
        Assert.InRange(Server.ReadWorkingSet() - before, long.MinValue, 128L * Mebibyte);
        await AssertServesAsync();
    }

    [Theory]
    [InlineData("../../escape")]
    [InlineData("\"../../escape\"")]
    [InlineData("/tmp/escape")]
    [InlineData("\"/tmp/escape\"")]
    [InlineData("%2e%2e%2fescape")]
    [InlineData("%252e%252e%252fescape")]
    [InlineData("\"..\\\\..\\\\escape\"")]
    [InlineData("\"x\0/../../escape\"")]
    [InlineData("\"c:\\\\escape\"")]
    [InlineData("~root/escape")]
    [InlineData("\"|touch escape\"")]
    [InlineData("`touch${IFS}escape`")]
    [InlineData("-escape")]
    [InlineData("\u00c0\u00ae\u00c0\u00ae\u00c0\u00afescape")]
    [InlineData("escape.lock")]
    [InlineData("\".escape\"")]
    [Requirement("N1", "N2", "N4", "N6")]
    public async Task No_recipient_reaches_a_file_outside_the_mail_folder(string local)
    {
        var data = Path.GetDirectoryName(Server.DataFolder)!;
        using var client = await Mail.SayHelloAsync(Server.Smtp);
        await client.AskAsync("MAIL FROM:<>", "250 ");

        if ((await client.AskAsync($"RCPT TO:<{local}@example.org>")).StartsWith("250 ", StringComparison.Ordinal))
        {
            await client.AskAsync("DATA", "354 ");
            await client.AskAsync("Subject: x\r\n\r\nx\r\n.", "250 ");
        }

        var outside = Directory.EnumerateFileSystemEntries(data, "*escape*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Server.DataFolder, path).Split(Path.DirectorySeparatorChar))
            .Where(parts => parts[0] is not ("mail" or "meta") || parts is not [_, _] and not ["meta", _, _]);
        Assert.Empty(outside);
        Assert.False(File.Exists("/tmp/escape"));
        await AssertServesAsync();
    }

    [Theory]
    [InlineData("../../../etc/passwd")]
    [InlineData("%2e%2e%2fnames@example.org")]
    [InlineData("names@example.org\0")]
    [InlineData("names*@example.org")]
    [InlineData("name?@example.org")]
    [InlineData("NAMES")]
    [InlineData("x/../names@example.org")]
    [Requirement("N2", "N3", "A5")]
    public async Task No_spelling_of_a_user_opens_the_mailbox_of_another(string user)
    {
        await Mail.SendAsync(Server.Smtp, "names@example.org", Mail.Compose("hers"));
        using var client = await RawClient.GreetAsync(Server.Pop3);

        await client.AskAsync($"USER {user}");
        if ((await client.AskAsync("PASS x")).StartsWith("+OK", StringComparison.Ordinal))
            Assert.Equal(0, await Mail.CountAsync(client));

        await client.AskAsync("QUIT", "+OK");
        await AssertServesAsync();
    }

    [Fact]
    [Requirement("F5", "D7", "R5321-4.1.1.5-c")]
    public async Task Rude_disconnects_leave_no_descriptor_and_no_mail()
    {
        await AssertServesAsync();
        for (var round = 0; round < 100; round++)
        {
            using var client = await RawClient.GreetAsync(round % 2 == 0 ? Server.Smtp : Server.Pop3);
            if (round % 4 == 0)
            {
                await client.AskAsync("EHLO rude.example.net", "250 ");
                await Mail.BeginAsync(client, "rude@example.org");
                await client.SendAsync("Subject: never\r\n\r\nfinished\r\n");
            }

            // A reset, not a FIN.
            client.Socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        await AssertServesAsync();
        if (OperatingSystem.IsLinux())
            await Poll.UntilAsync(() => CountSockets() < 30);
        Assert.False(File.Exists(Server.MailFile("rude@example.org")));
    }

    private int CountSockets() => Directory.EnumerateFileSystemEntries($"/proc/{Server.ProcessId}/fd")
        .Count(path => new FileInfo(path).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    /// <summary>One mail in and out again.</summary>
    private async Task AssertServesAsync()
    {
        var user = $"clean{Interlocked.Increment(ref _served)}@example.org";
        await Mail.SendAsync(Server.Smtp, user, Mail.Compose("clean"));
        Assert.Equal([Mail.Compose("clean")], await Mail.FetchAllAsync(Server.Pop3, user));
    }
}
