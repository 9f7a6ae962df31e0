using System.Text;
using ActorMail.Tests;
using MailKit.Net.Pop3;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace ActorMail.Server.Tests.EndToEnd;

/// <summary>MailKit's POP3 client: all that it can ask for, in clear, over STLS and under TLS from the start.</summary>
public sealed class MailKitPop3Tests(MailKitPop3Tests.PermissiveServer fixture)
    : IClassFixture<MailKitPop3Tests.PermissiveServer>
{
    private const string Bob = "bob@example.org";
    private const string Juergen = "jürgen@example.org";
    private const string Password = "correct horse % bättery";
    private const Pop3Capabilities Offered = Pop3Capabilities.Expire | Pop3Capabilities.LoginDelay
        | Pop3Capabilities.Pipelining | Pop3Capabilities.ResponseCodes | Pop3Capabilities.Sasl | Pop3Capabilities.Top
        | Pop3Capabilities.UIDL | Pop3Capabilities.User | Pop3Capabilities.UTF8 | Pop3Capabilities.UTF8User
        | Pop3Capabilities.Lang;

    private static readonly string[] s_bodies =
        [".\r\n..\r\n.dot\r\n", "Grüße, 日本語\r\n", new('x', 998), "", "usual\r\n"];

    [Theory]
    [InlineData(SecureSocketOptions.None)]
    [InlineData(SecureSocketOptions.StartTls)]
    [InlineData(SecureSocketOptions.SslOnConnect)]
    [Requirement(
        "R2449-5-a", "R2449-5-b", "R2449-6.6-a", "R2595-4-a", "R2595-4-c", "R1939-5-f", "R1939-5-k", "R1939-5-m",
        "R1939-6-a", "R1939-7-b", "P5")]
    public async Task It_lists_reads_takes_back_and_deletes(SecureSocketOptions security)
    {
        foreach (var body in s_bodies)
            await SendAsync(Compose("each way", body), Bob);
        using (var client = await ConnectAsync(security))
        {
            Assert.Equal(security != SecureSocketOptions.None, client.IsSecure);
            Assert.Equal(Offered, client.Capabilities & Offered);
            // It remembers that STLS was there.
            Assert.Equal(
                security != SecureSocketOptions.SslOnConnect,
                client.Capabilities.HasFlag(Pop3Capabilities.StartTLS));
            // By one mechanism: left to choose it tries one after the other, until the server has had enough.
            await Assert.ThrowsAsync<AuthenticationException>(() => client.AuthenticateAsync(Login(Bob, "wrong")));
            await client.AuthenticateAsync(Bob, Password);
            Assert.Equal(Offered, client.Capabilities & Offered);

            // All of them are asked for ahead, where the server says that it takes that.
            var messages = await client.GetMessagesAsync([.. Enumerable.Range(0, s_bodies.Length)]);
            Assert.Equal(s_bodies.Select(Plain), messages.Select(message => Plain(message.TextBody)));
            Assert.Equal(s_bodies.Length, (await client.GetMessageUidsAsync()).Distinct().Count());
            var sizes = await client.GetMessageSizesAsync();
            var streams = await client.GetStreamsAsync([.. Enumerable.Range(0, s_bodies.Length)]);
            Assert.Equal(sizes.Select(size => (long)size), streams.Select(stream => stream.Length));
            Assert.Equal("each way", (await client.GetMessageHeadersAsync(3))["Subject"]);

            await client.DeleteMessagesAsync([0, 2]);
            await client.ResetAsync();
            await client.NoOpAsync();
            await client.DeleteMessageAsync(1);
            await client.DisconnectAsync(quit: true);
        }

        using (var next = await ConnectAsync(security))
        {
            await next.AuthenticateAsync(Bob, Password);
            var left = await next.GetMessagesAsync(0, next.Count);
            Assert.Equal(
                s_bodies.Where((_, index) => index != 1).Select(Plain),
                left.Select(message => Plain(message.TextBody)));
            await next.DeleteAllMessagesAsync();
            await next.DisconnectAsync(quit: true);
        }
    }

    [Theory]
    [InlineData(SecureSocketOptions.None)]
    [InlineData(SecureSocketOptions.StartTls)]
    [Requirement("R6856-2.1-a", "R6856-2.1-b")]
    public async Task A_header_beyond_ascii_is_itself_behind_utf8_and_encoded_without(SecureSocketOptions security)
    {
        var message = Compose("Grüße, 你好", "x");
        message.From.Clear();
        message.From.Add(new MailboxAddress("Ζωή", "ζωή@παράδειγμα.example"));
        await SendAsync(message, Juergen, new FormatOptions { International = true });

        using (var client = await ConnectAsync(security))
        {
            await client.AuthenticateAsync(Login(Juergen, Password));
            var octets = await OctetsAsync(client, 0);
            Assert.DoesNotContain(octets, octet => octet > 127);
            Assert.Equal(await client.GetMessageSizeAsync(0), octets.Length);
            Assert.Equal("Grüße, 你好", (await MimeMessage.LoadAsync(new MemoryStream(octets))).Subject);
            Assert.Equal("Grüße, 你好", (await client.GetMessageHeadersAsync(0))["Subject"]);
            await client.DisconnectAsync(quit: true);
        }

        using (var client = await ConnectAsync(security))
        {
            await client.EnableUTF8Async();
            await client.AuthenticateAsync(Login(Juergen, Password));
            var octets = await OctetsAsync(client, 0);
            Assert.Contains("\r\nSubject: Grüße, 你好\r\n", Encoding.UTF8.GetString(octets));
            Assert.Equal(await client.GetMessageSizeAsync(0), octets.Length);
            var read = await MimeMessage.LoadAsync(new MemoryStream(octets));
            Assert.Equal("ζωή@παράδειγμα.example", read.From.Mailboxes.Single().Address);
            await client.DeleteAllMessagesAsync();
            await client.DisconnectAsync(quit: true);
        }
    }

    [Fact]
    public async Task A_name_beyond_ascii_logs_in_by_user_and_pass()
    {
        using var client = await ConnectAsync(SecureSocketOptions.StartTls);
        await client.EnableUTF8Async();
        client.AuthenticationMechanisms.Clear();
        await client.AuthenticateAsync(Encoding.UTF8, Juergen, Password);
        Assert.True(client.IsAuthenticated);
        await client.DisconnectAsync(quit: true);
    }

    [Fact]
    public async Task Replies_are_in_the_language_that_was_chosen_from_the_list()
    {
        using var client = await ConnectAsync(SecureSocketOptions.SslOnConnect);
        var languages = await client.GetLanguagesAsync();
        Assert.Equal(["en", "fr"], languages.Select(language => language.Language));
        Assert.Equal("Français", languages[1].Description);

        await client.SetLanguageAsync("fr");
        var french = await Assert.ThrowsAsync<Pop3CommandException>(() => client.SetLanguageAsync("de"));
        Assert.Contains("Cette langue n'est pas disponible", french.StatusText);
        await Assert.ThrowsAsync<AuthenticationException>(() => client.AuthenticateAsync(Login(Bob, "wrong")));
        await client.AuthenticateAsync(Login(Bob, Password));
        await client.SetLanguageAsync("en");
        var english = await Assert.ThrowsAsync<Pop3CommandException>(() => client.SetLanguageAsync("de"));
        Assert.Contains("No such language here", english.StatusText);
        await client.DisconnectAsync(quit: true);
    }

    private static SaslMechanismPlain Login(string user, string password) => new(user, password);

    /// <summary>MimeKit ends lines as the system does, and puts one more behind the last.</summary>
    private static string Plain(string? text) =>
        (text ?? "").Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n');

    private static MimeMessage Compose(string subject, string body)
    {
        var text = new TextPart("plain") { ContentTransferEncoding = ContentEncoding.EightBit, Text = body };
        var message = new MimeMessage { Subject = subject, Body = text };
        message.From.Add(MailboxAddress.Parse(Mail.Sender));
        message.To.Add(new GroupAddress("undisclosed recipients"));
        return message;
    }

    private static async Task<byte[]> OctetsAsync(Pop3Client client, int index)
    {
        using var stream = await client.GetStreamAsync(index);
        using var octets = new MemoryStream();
        await stream.CopyToAsync(octets);
        return octets.ToArray();
    }

    private async Task SendAsync(MimeMessage message, string recipient, FormatOptions? format = null)
    {
        using var client = new SmtpClient();
        var server = fixture.Server.Smtp;
        await client.ConnectAsync(server.Address.ToString(), server.Port, SecureSocketOptions.None);
        await client.SendAsync(
            format ?? FormatOptions.Default, message, MailboxAddress.Parse(Mail.Sender),
            [MailboxAddress.Parse(recipient)]);
        await client.DisconnectAsync(quit: true);
    }

    private Task<Pop3Client> ConnectAsync(SecureSocketOptions security) =>
        fixture.ConnectAsync(new Pop3Client(), "pop3", security);

    /// <summary>One that takes passwords in clear, too.</summary>
    public sealed class PermissiveServer() : AccountFixture(
        [Bob, Juergen], Password, ["auth.allow-plaintext=on", "pop3s.listen=127.0.0.1:0"], listeners: 3);
}
