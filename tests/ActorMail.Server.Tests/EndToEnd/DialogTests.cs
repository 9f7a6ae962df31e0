using ActorMail.Tests;

namespace ActorMail.Server.Tests.EndToEnd;

/// <summary>The dialogs as Thunderbird leads them, and the course's by hand.</summary>
public sealed class DialogTests(DialogTests.BasicServer basic, DefaultServer usual)
    : IClassFixture<DialogTests.BasicServer>, IClassFixture<DefaultServer>
{
    private const string Letter = "Message-ID: <1@[127.0.0.1]>\r\nSubject: Hello\r\n\r\n.dot\r\n";

    [Fact]
    [Requirement("R5321-2.2.1-b", "R5321-4.1.4-c")]
    public async Task Thunderbird_goes_on_with_HELO_when_the_basic_profile_refuses_EHLO()
    {
        using var client = await RawClient.ConnectAsync(basic.Server.Smtp);
        Assert.Equal("220 mail.example.org SMTP ActorMail ready", await client.ReadLineAsync());
        Assert.Equal("502 Command not implemented", await client.AskAsync("EHLO [127.0.0.1]"));
        Assert.Equal("250 mail.example.org", await client.AskAsync("HELO [127.0.0.1]"));

        // The second mail of a session comes without another HELO.
        await Mail.SendAsync(client, "thunderbird@example.org", Letter);
        await Mail.SendAsync(client, "thunderbird@example.org", Letter);

        await client.AskAsync("QUIT", "221 mail.example.org ");
        Assert.Equal("", await client.ReadToEndAsync());
        Assert.Equal([Letter, Letter], await Mail.FetchAllAsync(basic.Server.Pop3, "thunderbird@example.org"));
    }

    [Fact]
    public async Task In_the_basic_profile_a_name_without_a_domain_is_a_mailbox_file()
    {
        using (var client = await RawClient.GreetAsync(basic.Server.Smtp))
        {
            await Mail.SendAsync(client, "bob", "Hello\r\n");
            await client.AskAsync("QUIT", "221 ");
        }

        Assert.EndsWith("\n\nHello\n\n", await File.ReadAllTextAsync(basic.Server.MailFile("bob")));
        Assert.Equal(["\r\nHello\r\n"], await Mail.FetchAllAsync(basic.Server.Pop3, "bob"));
    }

    [Fact]
    [Requirement("R5321-2.2.1-a", "R5321-4.1.1.1-b", "R1870-4-a", "R5321-4.1.1.10-a")]
    public async Task Thunderbird_sends_by_EHLO_with_size_and_body()
    {
        using var client = await RawClient.GreetAsync(usual.Server.Smtp);
        await client.SendAsync("EHLO [127.0.0.1]\r\n");
        List<string> offers = [];
        do
            offers.Add(await client.ReadLineAsync());
        while (offers[^1][3] == '-');

        Assert.Equal("250-mail.example.org", offers[0]);
        Assert.Contains("250-8BITMIME", offers);
        Assert.Contains("250-SIZE 67108864", offers);
        await client.AskAsync("MAIL FROM:<bob@example.org> BODY=8BITMIME SIZE=387", "250 2.1.0 ");
        await client.AskAsync("RCPT TO:<size@example.org>", "250 2.1.5 ");
        await client.AskAsync("RCPT TO:<size2@example.org>", "250 2.1.5 ");
        await client.AskAsync("DATA", "354 ");
        await client.AskAsync("Subject: x\r\n\r\nä\r\n.", "250 2.0.0 ");
        await client.AskAsync("QUIT", "221 2.0.0 ");

        Assert.Equal(["Subject: x\r\n\r\nä\r\n"], await Mail.FetchAllAsync(usual.Server.Pop3, "size2@example.org"));
    }

    [Fact]
    [Requirement("R1939-5-a", "R1939-5-c", "R1939-5-i", "R1939-7-f", "R2449-5-a", "R2449-6.8-a")]
    public async Task Thunderbird_fetches_by_CAPA_USER_PASS_STAT_LIST_UIDL_RETR()
    {
        await Mail.SendAsync(usual.Server.Smtp, "fetch@example.org", Letter);
        await Mail.SendAsync(usual.Server.Smtp, "fetch@example.org", Letter);

        using var client = await RawClient.GreetAsync(usual.Server.Pop3);
        await client.AskAsync("CAPA", "+OK");
        var capabilities = await client.ReadListingAsync();
        Assert.Contains("UIDL", capabilities);
        Assert.Contains("USER", capabilities);
        await client.AskAsync("USER fetch@example.org", "+OK");
        await client.AskAsync("PASS bob-Secret2", "+OK");
        var total = (await client.AskAsync("STAT", "+OK 2 ")).Split(' ')[2];
        await client.AskAsync("LIST", "+OK");
        var sizes = (await client.ReadListingAsync()).Select(line => line.Split(' ')).ToList();
        await client.AskAsync("UIDL", "+OK");
        var ids = (await client.ReadListingAsync()).Select(line => line.Split(' ')).ToList();
        Assert.Equal(["1", "2"], sizes.Select(words => words[0]));
        Assert.Equal(["1", "2"], ids.Select(words => words[0]));
        Assert.NotEqual(ids[0][1], ids[1][1]);

        var first = await Mail.RetrieveAsync(client, 1);
        var second = await Mail.RetrieveAsync(client, 2);
        await client.AskAsync("QUIT", "+OK");

        Assert.Equal([Letter, Letter], [Mail.WithoutTrace(first), Mail.WithoutTrace(second)]);
        Assert.Equal([$"{first.Length}", $"{second.Length}"], sizes.Select(words => words[1]));
        Assert.Equal($"{first.Length + second.Length}", total);
        Assert.Equal("", await client.ReadToEndAsync());
    }

    [Fact]
    [Requirement("R2920-3.2-a", "R2920-3.2-e", "R2449-6.6-a")]
    public async Task A_client_that_sends_its_whole_dialog_at_once_is_answered_in_order()
    {
        using var sender = await RawClient.GreetAsync(usual.Server.Smtp);
        await sender.SendAsync(
            "EHLO c.example\r\nMAIL FROM:<>\r\nRCPT TO:<pipe@example.org>\r\nDATA\r\n"
            + "Subject: p\r\n\r\nx\r\n.\r\nQUIT\r\n");
        var replies = (await sender.ReadToEndAsync()).Split("\r\n").Where(line => line is [_, _, _, ' ', ..]);
        Assert.Equal(["250", "250", "250", "354", "250", "221"], replies.Select(line => line[..3]));

        using var reader = await RawClient.GreetAsync(usual.Server.Pop3);
        await reader.SendAsync("USER pipe@example.org\r\nPASS x\r\nDELE 1\r\nDELE 1\r\nSTAT\r\nQUIT\r\n");
        var lines = (await reader.ReadToEndAsync()).Split("\r\n");
        Assert.Equal(["+OK", "+OK", "+OK", "-ERR", "+OK", "+OK", ""], lines.Select(line => line.Split(' ')[0]));
        Assert.Equal("+OK 0 0", lines[4]);
    }

    /// <summary>A server with the course's profile.</summary>
    public sealed class BasicServer() : ServerFixture("profile=basic");
}
