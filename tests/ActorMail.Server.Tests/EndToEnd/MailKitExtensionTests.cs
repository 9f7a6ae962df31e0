using System.Net;
using System.Text;
using ActorMail.Tests;
using MailKit;
using MailKit.Net.Pop3;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace ActorMail.Server.Tests.EndToEnd;

/// <summary>MailKit with the extensions of SMTP that it knows: what it says is seen in its own protocol log.</summary>
public sealed class MailKitExtensionTests(MailKitExtensionTests.ExtensionServer fixture)
    : IClassFixture<MailKitExtensionTests.ExtensionServer>
{
    private const string Bob = "bob@example.org";
    private const string Juergen = "jürgen@example.org";
    private const string Password = "correct horse % bättery";
    private const SmtpCapabilities Offered = SmtpCapabilities.Size | SmtpCapabilities.Pipelining
        | SmtpCapabilities.EightBitMime | SmtpCapabilities.UTF8 | SmtpCapabilities.Chunking
        | SmtpCapabilities.BinaryMime | SmtpCapabilities.Dsn | SmtpCapabilities.EnhancedStatusCodes;

    [Fact]
    [Requirement("R3030-2-b", "R3030-3-b", "D11")]
    public async Task A_binary_part_comes_back_octet_for_octet()
    {
        // Bare CRs and LFs, dots at the beginning of lines, NULs: a text would be encoded for them. A dot behind a
        // bare LF is not among them: MailKit's POP3 takes two of them for one that was stuffed.
        var octets = new byte[100_000];
        for (var index = 0; index < octets.Length; index++)
            octets[index] = (byte)(index + (index / 256));
        "\r\n.\r\n..\r\n\n\r..\rFrom \0\r\r\n"u8.CopyTo(octets);
        var part = new MimePart("application", "octet-stream")
        {
            Content = new MimeContent(new MemoryStream(octets)),
            ContentTransferEncoding = ContentEncoding.Binary,
        };
        using var client = await ConnectAsync();
        await client.SendAsync(Compose("binary", part, Bob));
        await client.DisconnectAsync(quit: true);

        Assert.Contains(" BODY=BINARYMIME", client.Said);
        Assert.Matches("C: BDAT [0-9]+ LAST", client.Said);
        Assert.DoesNotContain("C: DATA", client.Said);
        var received = await FetchOctetsAsync(Bob, "binary");
        Assert.True(received.AsSpan().IndexOf(octets) > 0, "POP3 gives other octets.");
        var stored = await File.ReadAllBytesAsync(fixture.Server.MailFile(Bob));
        Assert.True(stored.AsSpan().IndexOf(octets) > 0, "The file has other octets.");
    }

    [Fact]
    [Requirement("R3030-2-b")]
    public async Task A_text_comes_in_chunks_where_the_client_prefers_them()
    {
        using var client = await ConnectAsync(prefersChunks: true);
        await client.SendAsync(Compose("chunks", new TextPart("plain") { Text = ".\r\n..\r\nFrom x\r\n" }, Bob));
        await client.DisconnectAsync(quit: true);

        Assert.Matches("C: BDAT [0-9]+ LAST", client.Said);
        Assert.DoesNotContain("C: DATA", client.Said);
        var received = Encoding.Latin1.GetString(await FetchOctetsAsync(Bob, "chunks"));
        Assert.EndsWith("\r\n\r\n.\r\n..\r\nFrom x\r\n", received);
    }

    [Fact]
    [Requirement("R6531-3.2-a", "R6531-3.7.3-a")]
    public async Task Addresses_and_fields_beyond_ascii_come_back_as_they_were_sent()
    {
        var message = Compose("Grüße, 你好", new TextPart("plain") { Text = "x" }, Juergen);
        message.From.Clear();
        message.From.Add(new MailboxAddress("Ζωή", "ζωή@παράδειγμα.example"));
        using var client = await ConnectAsync();
        await client.SendAsync(new FormatOptions { International = true }, message);
        await client.DisconnectAsync(quit: true);

        Assert.Contains("C: MAIL FROM:<ζωή@παράδειγμα.example> SMTPUTF8 ", client.Said);
        Assert.Contains($"C: RCPT TO:<{Juergen}>", client.Said);
        var received = await FetchAsync(Juergen, "Grüße, 你好");
        Assert.Equal("ζωή@παράδειγμα.example", received.From.Mailboxes.Single().Address);
        Assert.Contains(" with UTF8SMTP id ", received.Headers[HeaderId.Received]);
        var stored = await File.ReadAllTextAsync(fixture.Server.MailFile(Juergen));
        Assert.Contains("\nSubject: Grüße, 你好\n", stored);
    }

    [Fact]
    [Requirement("R3461-5.1-a")]
    public async Task Delivery_reports_may_be_asked_for()
    {
        using var client = await ConnectAsync();
        client.DeliveryStatusNotificationType = DeliveryStatusNotificationType.HeadersOnly;
        client.Reports = DeliveryStatusNotification.Success | DeliveryStatusNotification.Delay;
        await client.SendAsync(Compose("reports", new TextPart("plain") { Text = "x" }, Bob));
        await client.DisconnectAsync(quit: true);

        Assert.Matches("C: MAIL FROM:<[^>]*> .*ENVID=check\\+2B1 RET=HDRS", client.Said);
        Assert.Contains(" NOTIFY=SUCCESS,DELAY ORCPT=rfc822;bob@example.org", client.Said);
        await FetchAsync(Bob, "reports");
    }

    [Fact]
    [Requirement("R5321-3.5.1-a", "R5321-3.5.2-a", "R5321-7.3-a")]
    public async Task Addresses_are_verified_and_expanded_for_those_who_have_logged_in()
    {
        using var client = await ConnectAsync();
        var guest = await Assert.ThrowsAsync<SmtpCommandException>(() => client.VerifyAsync("nobody@example.org"));
        Assert.Equal(SmtpStatusCode.CannotVerifyUserWillAttemptDelivery, guest.StatusCode);
        await Assert.ThrowsAsync<SmtpCommandException>(() => client.ExpandAsync("team@example.org"));

        await client.AuthenticateAsync(new SaslMechanismPlain(Bob, Password));
        Assert.Equal(Bob, (await client.VerifyAsync("bob")).Address);
        var unknown = await Assert.ThrowsAsync<SmtpCommandException>(() => client.VerifyAsync("nobody"));
        Assert.Equal(SmtpStatusCode.MailboxUnavailable, unknown.StatusCode);
        var team = await client.ExpandAsync("team@example.org");
        Assert.Equal([Bob, "ann@example.org"], team.Mailboxes.Select(mailbox => mailbox.Address));
        await client.DisconnectAsync(quit: true);
    }

    private static MimeMessage Compose(string subject, MimeEntity body, string recipient)
    {
        var message = new MimeMessage { Subject = subject, Body = body };
        message.From.Add(MailboxAddress.Parse(Mail.Sender));
        message.To.Add(MailboxAddress.Parse(recipient));
        return message;
    }

    private async Task<Client> ConnectAsync(bool prefersChunks = false)
    {
        var client = new Client(new MemoryStream(), prefersChunks);
        await client.ConnectAsync(Host, fixture.Server.Smtp.Port, SecureSocketOptions.None);
        Assert.Equal(Offered, client.Capabilities & Offered);
        return client;
    }

    /// <summary>The one message with that subject.</summary>
    private async Task<MimeMessage> FetchAsync(string user, string subject) =>
        await MimeMessage.LoadAsync(new MemoryStream(await FetchOctetsAsync(user, subject)));

    private async Task<byte[]> FetchOctetsAsync(string user, string subject)
    {
        using var client = new Pop3Client();
        await client.ConnectAsync(Host, fixture.Server.Pop3.Port, SecureSocketOptions.None);
        await client.EnableUTF8Async();
        await client.AuthenticateAsync(new SaslMechanismPlain(user, Password));
        List<byte[]> found = [];
        for (var index = 0; index < client.Count; index++)
        {
            using var octets = new MemoryStream();
            using (var stream = await client.GetStreamAsync(index))
                await stream.CopyToAsync(octets);
            octets.Position = 0;
            if ((await MimeMessage.LoadAsync(octets)).Subject == subject)
                found.Add(octets.ToArray());
        }

        await client.DisconnectAsync(quit: true);
        return Assert.Single(found);
    }

    private static string Host => IPAddress.Loopback.ToString();

    /// <summary>MailKit with all that it leaves to those who derive from it.</summary>
    private sealed class Client(MemoryStream log, bool prefersChunks) : SmtpClient(new ProtocolLogger(log))
    {
        /// <summary>What was said, without the messages.</summary>
        public string Said => Encoding.UTF8.GetString(log.ToArray());

        public DeliveryStatusNotification? Reports { get; set; }

        protected override bool PreferSendAsBinaryData => prefersChunks;

        protected override string? GetEnvelopeId(MimeMessage message) => Reports is null ? null : "check+1";

        protected override DeliveryStatusNotification? GetDeliveryStatusNotifications(
            MimeMessage message, MailboxAddress mailbox) => Reports;
    }

    /// <summary>A server with accounts and an alias, which tells its users who is behind it.</summary>
    public sealed class ExtensionServer : IAsyncLifetime
    {
        private readonly TestFolder _folder = TestFolder.Create();
        private TestServer? _server;

        internal TestServer Server => _server!;

        public async Task InitializeAsync()
        {
            string[] settings =
            [
                "accounts.mode=file", "domains=example.org", "auth.failure-delay=10ms", "smtp.verify=users",
                $"addresses.alias-file={_folder.PathOf("aliases")}",
            ];
            await File.WriteAllTextAsync(_folder.PathOf("aliases"), $"team@example.org: {Bob}, ann@example.org\n");
            string[] given = [.. settings.Append($"data={_folder.Data}").SelectMany(
                setting => new[] { "--set", $"actormail.{setting}" })];
            foreach (var user in new[] { Bob, "ann@example.org", Juergen })
            {
                var ended = await Executable.RunAsync(
                    ["user", "add", user, "--password-stdin", .. given], $"{Password}\n");
                Assert.Equal((0, ""), (ended.Code, ended.Error));
            }

            _server = await TestServer.StartAsync(_folder.Data, settings);
        }

        public async Task DisposeAsync()
        {
            if (_server is not null)
                await _server.DisposeAsync();
            _folder.Dispose();
        }
    }
}
