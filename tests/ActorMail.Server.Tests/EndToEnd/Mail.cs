using System.Globalization;
using System.Net;
using System.Text;

namespace ActorMail.Server.Tests.EndToEnd;

/// <summary>Mail sent and fetched by the octet, with as much of the protocols as that takes.</summary>
internal static class Mail
{
    public const string Sender = "alice@example.net";

    /// <summary>Opens a session as far as EHLO.</summary>
    public static async Task<RawClient> SayHelloAsync(IPEndPoint smtp)
    {
        var client = await RawClient.GreetAsync(smtp);
        await client.AskAsync("EHLO client.example.net", "250 ");
        return client;
    }

    /// <summary>Sends one message in a session of its own, and sees it acknowledged.</summary>
    public static async Task SendAsync(IPEndPoint smtp, string recipient, string content)
    {
        using var client = await SayHelloAsync(smtp);
        await SendAsync(client, recipient, content);
        await client.AskAsync("QUIT", "221 ");
    }

    /// <summary>Sends one message in a session that is open; <paramref name="content"/> ends in CRLF.</summary>
    public static async Task SendAsync(RawClient client, string recipient, string content)
    {
        await BeginAsync(client, recipient);
        await client.SendAsync(content.Replace("\r\n.", "\r\n..", StringComparison.Ordinal));
        await client.AskAsync(".", "250 ");
    }

    /// <summary>As far as the 354 of DATA.</summary>
    public static async Task BeginAsync(RawClient client, string recipient)
    {
        await client.AskAsync($"MAIL FROM:<{Sender}>", "250 ");
        await client.AskAsync($"RCPT TO:<{recipient}>", "250 ");
        await client.AskAsync("DATA", "354 ");
    }

    /// <summary>A message that a test knows again by its id.</summary>
    public static string Compose(string id, int lines = 3)
    {
        var text = new StringBuilder($"From: <{Sender}>\r\nSubject: {id}\r\n\r\n");
        for (var line = 0; line < lines; line++)
            text.Append(CultureInfo.InvariantCulture, $"{id} line {line} of {lines}\r\n");
        return text.ToString();
    }

    /// <summary>Opens a mailbox.</summary>
    public static async Task<RawClient> LogInAsync(IPEndPoint pop3, string user, string password = "any")
    {
        var client = await RawClient.GreetAsync(pop3);
        await client.AskAsync($"USER {user}", "+OK");
        await client.AskAsync($"PASS {password}", "+OK");
        return client;
    }

    /// <summary>All messages of a mailbox, without the fields that the server put in front of them.</summary>
    public static async Task<IReadOnlyList<string>> FetchAllAsync(IPEndPoint pop3, string user)
    {
        using var client = await LogInAsync(pop3, user);
        var count = await CountAsync(client);
        List<string> messages = [];
        for (var number = 1; number <= count; number++)
            messages.Add(WithoutTrace(await RetrieveAsync(client, number)));
        await client.AskAsync("QUIT", "+OK");
        return messages;
    }

    public static async Task<int> CountAsync(RawClient client) =>
        int.Parse((await client.AskAsync("STAT", "+OK ")).Split(' ')[1], CultureInfo.InvariantCulture);

    public static async Task<IReadOnlyList<string>> ReadUniqueIdsAsync(RawClient client)
    {
        await client.AskAsync("UIDL", "+OK");
        return [.. (await client.ReadListingAsync()).Select(line => line.Split(' ')[1])];
    }

    /// <summary>A message as it was before RETR, with CRLF.</summary>
    public static async Task<string> RetrieveAsync(RawClient client, int number)
    {
        await client.AskAsync($"RETR {number}", "+OK");
        var lines = await client.ReadListingAsync();
        return string.Concat(lines.Select(line => (line.StartsWith('.') ? line[1..] : line) + "\r\n"));
    }

    /// <summary>What is left without Return-Path and the first Received.</summary>
    public static string WithoutTrace(string message)
    {
        Assert.StartsWith("Return-Path: <", message);
        var lines = message.Split("\r\n");
        Assert.StartsWith("Received: from ", lines[1]);
        var trace = 2 + lines.Skip(2).TakeWhile(line => line.StartsWith('\t')).Count();
        return string.Join("\r\n", lines.Skip(trace));
    }
}
