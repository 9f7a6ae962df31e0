using ActorMail.Tests;
using MailKit.Net.Pop3;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace ActorMail.Server.Tests.EndToEnd;

/// <summary>Users of <c>accounts.mode = file</c>, made with the command while the server runs.</summary>
public sealed class AccountTests
{
    private const string Bob = "bob@example.org";
    private const string Password = "correct horse % battery";

    [Fact]
    [Requirement("R2", "A1", "A2", "R5321-3.6.2-a", "R1", "R1939-4-e", "R1939-7-m")]
    public async Task Only_users_get_mail_and_only_with_their_password()
    {
        using var folder = TestFolder.Create();
        string[] settings = ["accounts.mode=file", "domains=example.org", "auth.failure-delay=10ms"];
        await using var server = await TestServer.StartAsync(folder.Data, settings);
        using (var early = await Mail.SayHelloAsync(server.Smtp))
        {
            await early.AskAsync("MAIL FROM:<>", "250 ");
            await early.AskAsync($"RCPT TO:<{Bob}>", "550 5.1.1 ");
        }

        await AddAsync(folder, settings, Bob);

        using var sender = new SmtpClient();
        await sender.ConnectAsync("127.0.0.1", server.Smtp.Port, SecureSocketOptions.None);
        var unknown = await Assert.ThrowsAsync<SmtpCommandException>(() => SendAsync(sender, "nobody@example.org"));
        var foreign = await Assert.ThrowsAsync<SmtpCommandException>(() => SendAsync(sender, "bob@example.com"));
        await SendAsync(sender, Bob);
        await sender.DisconnectAsync(quit: true);

        Assert.Equal(SmtpStatusCode.MailboxUnavailable, unknown.StatusCode);
        Assert.Contains("5.7.1", foreign.Message);
        Assert.Equal(
            await RefusalAsync(server, Bob, "wrong"), await RefusalAsync(server, "nobody@example.org", "wrong"));
        Assert.Equal(1, await CountAsync(server, Bob));
        Assert.Equal(1, await CountAsync(server, "bob"));
        await server.StopAsync();
        AssertSecret(folder, server);
    }

    private static async Task AddAsync(TestFolder folder, string[] settings, string user)
    {
        string[] command = ["user", "add", user, "--password-stdin", .. SettingsOf(folder, settings)];
        var ended = await Executable.RunAsync(command, $"{Password}\n");
        Assert.Equal((0, ""), (ended.Code, ended.Error));
    }

    private static IEnumerable<string> SettingsOf(TestFolder folder, string[] settings) =>
        settings.Append($"data={folder.Data}").SelectMany(setting => new[] { "--set", $"actormail.{setting}" });

    private static async Task SendAsync(SmtpClient client, string recipient)
    {
        var message = new MimeMessage { Subject = "x", Body = new TextPart("plain") { Text = "x" } };
        await client.SendAsync(message, MailboxAddress.Parse(Mail.Sender), [MailboxAddress.Parse(recipient)]);
    }

    private static async Task<int> CountAsync(TestServer server, string user)
    {
        using var client = new Pop3Client();
        await client.ConnectAsync("127.0.0.1", server.Pop3.Port, SecureSocketOptions.None);
        await client.AuthenticateAsync(user, Password);
        var count = client.Count;
        await client.DisconnectAsync(quit: true);
        return count;
    }

    private static async Task<string> RefusalAsync(TestServer server, string user, string password)
    {
        using var client = await RawClient.GreetAsync(server.Pop3);
        await client.AskAsync($"USER {user}", "+OK");
        var refusal = await client.AskAsync($"PASS {password}", "-ERR [AUTH] ");
        await client.AskAsync("QUIT", "+OK");
        return refusal;
    }

    private static void AssertSecret(TestFolder folder, TestServer server)
    {
        Assert.DoesNotContain(Password, server.Output);
        foreach (var file in Directory.EnumerateFiles(folder.Data, "*", SearchOption.AllDirectories))
            Assert.DoesNotContain(Password, File.ReadAllText(file));
    }
}
