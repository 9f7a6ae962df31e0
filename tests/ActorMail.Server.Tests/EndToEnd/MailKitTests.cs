using System.Net;
using ActorMail.Tests;
using MailKit.Net.Pop3;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace ActorMail.Server.Tests.EndToEnd;

/// <summary>A mail library that many programs use, against the real server.</summary>
public sealed class MailKitTests(DefaultServer fixture) : IClassFixture<DefaultServer>
{
    private const int LargeOctets = 20 * 1024 * 1024;

    [Fact]
    [Requirement("D11", "R5321-4.5.2-a", "R5321-4.5.2-c", "R6152-3-a", "R1939-3-g")]
    public async Task A_message_comes_back_as_it_was_sent()
    {
        var body = string.Join("\r\n",
            ".", "..", ".x", "From me to you", ">From me", "Grüße aus Köln, привет, 你好", new string('a', 900), "",
            "From ", ".", "", "the end");
        var sent = await SendAsync(Compose("text", new TextPart("plain") { Text = body }), "text@example.org");

        Assert.Equal([sent], await FetchAsync("text@example.org"), SameOctets);
    }

    [Fact]
    [Requirement("D11", "R6152-3-a")]
    public async Task Eight_bits_are_kept_where_the_client_sends_them_so()
    {
        var text = new TextPart("plain")
        {
            ContentTransferEncoding = ContentEncoding.EightBit,
            Text = "Zürich\r\n\u0085é",
        };
        var sent = await SendAsync(Compose("eight bits", text), "eight@example.org");

        Assert.Contains((byte)0xc3, sent);
        Assert.Equal([sent], await FetchAsync("eight@example.org"), SameOctets);
    }

    [Fact]
    [Requirement("D11")]
    public async Task Attachments_come_back_octet_for_octet()
    {
        var octets = new byte[200_000];
        new Random(3).NextBytes(octets);
        var builder = new BodyBuilder { TextBody = "see below", HtmlBody = "<p>see below" };
        await builder.Attachments.AddAsync("noise.bin", new MemoryStream(octets));
        var sent = await SendAsync(Compose("attachment", builder.ToMessageBody()), "attachment@example.org");

        var message = Assert.Single(await FetchAsync("attachment@example.org"));
        Assert.Equal(sent, message, SameOctets);
        using var decoded = new MemoryStream();
        var part = (MimePart)(await MimeMessage.LoadAsync(new MemoryStream(message))).Attachments.Single();
        await part.Content!.DecodeToAsync(decoded);
        Assert.True(decoded.ToArray().AsSpan().SequenceEqual(octets));
    }

    [Fact]
    [Requirement("D11", "F1")]
    public async Task Twenty_mebibytes_come_back_octet_for_octet()
    {
        var octets = new byte[LargeOctets * 3 / 4];
        new Random(4).NextBytes(octets);
        var part = new MimePart("application", "octet-stream")
        {
            Content = new MimeContent(new MemoryStream(octets)),
            ContentTransferEncoding = ContentEncoding.Base64,
        };
        var sent = await SendAsync(Compose("large", part), "large@example.org");

        Assert.InRange(sent.Length, LargeOctets, int.MaxValue);
        Assert.Equal([sent], await FetchAsync("large@example.org"), SameOctets);
    }

    [Fact]
    [Requirement("R5321-4.1.1.3-c", "S13", "R5321-7.2-a")]
    public async Task Every_recipient_gets_one_copy_and_none_learns_of_the_others()
    {
        string[] recipients = ["one@example.org", "two@example.org", "three@other.example", "ONE@EXAMPLE.ORG"];
        var sent = await SendAsync(Compose("several", new TextPart("plain") { Text = "x" }), recipients);

        foreach (var recipient in recipients[..3])
            Assert.Equal([sent], await FetchAsync(recipient), SameOctets);
        Assert.DoesNotContain("two@", await File.ReadAllTextAsync(fixture.Server.MailFile("one@example.org")));
    }

    [Fact]
    [Requirement("R1939-5-f", "R1939-11-a", "P5")]
    public async Task Every_size_of_a_list_is_that_of_the_message_as_sent()
    {
        foreach (var body in new[] { "x", ".\r\n.", "From x\r\n\r\n", "", "ä\r\n" })
            await SendAsync(Compose("size", new TextPart("plain") { Text = body }), "sizes@example.org");

        using var client = await LogInAsync("sizes@example.org");
        var sizes = await client.GetMessageSizesAsync();
        Assert.Equal(5, sizes.Count);
        for (var index = 0; index < sizes.Count; index++)
        {
            using var message = await client.GetStreamAsync(index);
            Assert.Equal(sizes[index], message.Length);
        }

        await client.DisconnectAsync(quit: true);
    }

    [Fact]
    [Requirement("P2", "R1939-4-c", "R2449-8.1.2-a")]
    public async Task A_second_session_hears_that_the_mailbox_is_in_use()
    {
        using var first = await LogInAsync("locked@example.org");

        await Assert.ThrowsAsync<AuthenticationException>(() => LogInAsync("locked@example.org"));
        using var raw = await RawClient.GreetAsync(fixture.Server.Pop3);
        await raw.AskAsync("USER locked@example.org", "+OK");
        await raw.AskAsync("PASS any", "-ERR [IN-USE] ");
        await first.DisconnectAsync(quit: true);
        using var second = await LogInAsync("locked@example.org");
        await second.DisconnectAsync(quit: true);
    }

    [Fact]
    [Requirement("P1", "R1939-6-a", "R1939-6-b")]
    public async Task Deleted_mail_is_gone_from_the_file_after_quit_and_not_without_it()
    {
        for (var number = 1; number <= 3; number++)
            await SendAsync(Compose($"no {number}", new TextPart("plain") { Text = "x" }), "delete@example.org");
        var file = fixture.Server.MailFile("delete@example.org");
        using (var client = await LogInAsync("delete@example.org"))
        {
            await client.DeleteAllMessagesAsync();
            await client.DisconnectAsync(quit: false);
        }

        using (var client = await LogInWhenFreeAsync("delete@example.org"))
        {
            Assert.Equal(3, client.Count);
            await client.DeleteMessageAsync(1);
            await client.DisconnectAsync(quit: true);
        }

        Assert.Equal(["no 1", "no 3"], Mbox.Read(file).Select(SubjectOf));
        using (var client = await LogInAsync("delete@example.org"))
        {
            await client.DeleteAllMessagesAsync();
            await client.DisconnectAsync(quit: true);
        }

        Assert.Equal(0, new FileInfo(file).Length);
    }

    private static bool SameOctets(byte[] left, byte[] right) => left.AsSpan().SequenceEqual(right);

    private static string SubjectOf(string message) =>
        message.Split("\r\n").First(line => line.StartsWith("Subject: ", StringComparison.Ordinal))[9..];

    private static MimeMessage Compose(string subject, MimeEntity body)
    {
        var message = new MimeMessage { Subject = subject, Body = body };
        message.From.Add(MailboxAddress.Parse(Mail.Sender));
        message.To.Add(new GroupAddress("undisclosed recipients"));
        return message;
    }

    /// <summary>What went over the wire, without the stuffed dots.</summary>
    private async Task<byte[]> SendAsync(MimeMessage message, params string[] recipients)
    {
        using var client = new SmtpClient();
        await client.ConnectAsync(Host, fixture.Server.Smtp.Port, SecureSocketOptions.None);
        await client.SendAsync(message, MailboxAddress.Parse(Mail.Sender), recipients.Select(MailboxAddress.Parse));
        await client.DisconnectAsync(quit: true);

        // MailKit chose the encodings when it sent.
        var format = FormatOptions.Default.Clone();
        (format.NewLineFormat, format.EnsureNewLine) = (NewLineFormat.Dos, true);
        using var octets = new MemoryStream();
        await message.WriteToAsync(format, octets);
        return octets.ToArray();
    }

    private async Task<IReadOnlyList<byte[]>> FetchAsync(string user)
    {
        using var client = await LogInAsync(user);
        List<byte[]> messages = [];
        for (var index = 0; index < client.Count; index++)
        {
            using var stream = await client.GetStreamAsync(index);
            using var octets = new MemoryStream();
            await stream.CopyToAsync(octets);
            messages.Add(WithoutTrace(octets.ToArray()));
        }

        await client.DisconnectAsync(quit: true);
        return messages;
    }

    private static byte[] WithoutTrace(byte[] message)
    {
        var head = System.Text.Encoding.Latin1.GetString(message.AsSpan(0, Math.Min(message.Length, 2_000)));
        return message[(head.Length - Mail.WithoutTrace(head).Length)..];
    }

    private async Task<Pop3Client> LogInAsync(string user)
    {
        var client = new Pop3Client();
        try
        {
            await client.ConnectAsync(Host, fixture.Server.Pop3.Port, SecureSocketOptions.None);
            await client.AuthenticateAsync(user, "any");
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>A session that was cut off lets go of the mailbox as soon as the server hears of it.</summary>
    private async Task<Pop3Client> LogInWhenFreeAsync(string user)
    {
        Pop3Client? client = null;
        await Poll.UntilAsync(async () =>
        {
            try
            {
                client = await LogInAsync(user);
                return true;
            }
            catch (AuthenticationException)
            {
                return false;
            }
        });
        return client!;
    }

    private static string Host => IPAddress.Loopback.ToString();
}
