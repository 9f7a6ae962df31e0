using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ActorMail.Actors.Tests.Net;
using ActorMail.Tests;
using Akka.TestKit.Xunit2;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Golden;

/// <summary>
/// Mail that goes in by SMTP and comes out by POP3, with the real actors and a real file between them: what was sent
/// is what is read, behind the two trace fields.
/// </summary>
public sealed partial class RoundTripSpecs : TestKit
{
    private readonly MailWorld _world;

    public RoundTripSpecs(ITestOutputHelper output) : base(output: output) =>
        _world = new MailWorld(this, Array.Empty<string[]>().ToLookup(it => it[0], it => it));

    public static TheoryData<string, string> Messages => new()
    {
        { "an ordinary one", "Subject: Hello\r\n\r\none\r\ntwo\r\nthree\r\n" },
        { "dots", "Subject: x\r\n\r\n.\r\n.a\r\n..\r\n...\r\n.\r\n" },
        { "every ASCII character", $"\r\n{Octets(1, 9)}{Octets(0x0B, 0x0C)}{Octets(0x0E, 0x7F)}\r\n" },
        { "octets above 127", $"Subject: x\r\n\r\n{Octets(0x80, 0xFF)}\r\n\u00C3\u00A9\r\n" },
        { "From lines", "\r\nFrom x\r\n>From x\r\n>>From x\r\nFrom: x\r\n\r\nFrom a@b Tue Nov 24 10:00:00 2026\r\n" },
        { "blank lines at its end", "Subject: x\r\n\r\ntext\r\n\r\n\r\n" },
        { "a line of 998 octets", $"Subject: x\r\n\r\n{new string('x', 998)}\r\n" },
        { "a line of 5,000 octets", $"Subject: x\r\n\r\n{new string('y', 5_000)}\r\n" },
        { "70,000 octets", $"Subject: x\r\n\r\n{string.Concat(Enumerable.Repeat("0123456789abcdef\r\n", 4_000))}" },
        { "the store's fields", "Content-Length: 1\r\nStatus: RO\r\nX-UID: 7\r\nX-IMAPbase: 1 2\r\n\r\nFrom on\r\n" },
        { "others' traces", "Received: total garbage ;;; 99 Foo\r\nReceived: b\r\n\tc\r\nReceived: a\r\n\r\nx\r\n" },
        { "odd Resent fields", "Resent-From: a@x.example\r\nResent-From: b@x.example\r\nResent-Date: no\r\n\r\nx\r\n" },
        { "broken MIME", "Subject: 1\r\nSubject: 2\r\nContent-Type: multipart/mixed; boundary=\r\n\r\n--\r\n" },
        { "a header and nothing else", "Subject: x\r\n" },
    };

    [Theory]
    [Requirement("D11", "D12", "P5", "R5321-3.3-d", "R5321-3.3-e", "R5321-3.7.2-a", "R5321-4.1.1.4-f", "R5321-4.4-a",
        "R5321-4.4-d", "R5321-4.4-f", "R5321-4.5.2-a", "R5321-4.5.2-b", "R5321-4.5.2-c", "R5321-4.5.3.1.6-a",
        "R5321-4.5.3.1.7-a", "R6152-3-a", "R1939-3-g", "R1939-5-f", "R1939-5-i", "R1939-11-a")]
    [MemberData(nameof(Messages))]
    public async Task What_is_sent_is_read_octet_for_octet(string what, string message)
    {
        await SendAsync(await GreetedAsync("EHLO"), "Ann.SMITH@example.net", message, "bob@example.org");

        var read = await ReadAsync("bob@example.org");

        Assert.NotEmpty(what);
        Assert.StartsWith("Return-Path: <Ann.SMITH@example.net>\r\nReceived: ", read, StringComparison.Ordinal);
        Assert.EndsWith(message, read, StringComparison.Ordinal);
        Assert.Matches(Traces(), read[..^message.Length]);
    }

    [Fact]
    [Requirement("R5321-3.3-d")]
    public async Task A_message_without_a_header_stands_behind_a_blank_line()
    {
        await SendAsync(await GreetedAsync("HELO"), "", "Hello\r\n", "bob@example.org");

        var read = await ReadAsync("bob@example.org");

        Assert.EndsWith("\r\n\r\nHello\r\n", read, StringComparison.Ordinal);
        Assert.Matches(Traces(), read[..^"\r\nHello\r\n".Length]);
    }

    [Fact]
    [Requirement("R5321-4.4-g", "R5321-4.1.1.2-b", "R5321-4.4-f", "S6")]
    public async Task A_delivered_message_has_one_return_path_and_it_is_ours()
    {
        await SendAsync(
            await GreetedAsync("EHLO"),
            "",
            "Return-Path: <x@y.example>\r\nSubject: x\r\nReturn-path: <z@y.example>\r\n\r\nx\r\n",
            "bob@example.org");

        var read = await ReadAsync("bob@example.org");

        Assert.StartsWith("Return-Path: <>\r\n", read, StringComparison.Ordinal);
        Assert.EndsWith("\r\nSubject: x\r\n\r\nx\r\n", read, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(read, "^return-path:", RegexOptions.IgnoreCase | RegexOptions.Multiline));
    }

    [Fact]
    [Requirement("R5321-4.1.1.3-c", "R5321-4.4-c", "R5321-7.2-a")]
    public async Task Nobody_sees_who_else_got_the_message()
    {
        await SendAsync(await GreetedAsync("EHLO"), "a@x.example", "\r\nx\r\n", "ann@example.org", "bob@example.org");

        var (ann, bob) = (await ReadAsync("ann@example.org"), await ReadAsync("bob@example.org"));

        Assert.DoesNotContain("bob", ann, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("ann", bob, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(" for ", ann, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [Requirement("R5321-4.4-b", "R5321-4.4-e", "R5321-4.4-i", "R3848-1-a", "S7")]
    [InlineData("HELO", "SMTP")]
    [InlineData("EHLO", "ESMTP")]
    public async Task The_received_field_tells_how_the_message_came(string verb, string protocol)
    {
        await SendAsync(await GreetedAsync(verb), "a@x.example", "\r\nx\r\n", "bob@example.org");

        var unfolded = (await ReadAsync("bob@example.org")).Replace("\r\n\t", " ", StringComparison.Ordinal);

        Assert.Matches(
            $@"\r\nReceived: from c\.example \(\[127\.0\.0\.1\]\) by mail\.example\.org .*with {protocol} .*; "
            + @"Tue, 24 Nov 2026 10:00:00 \+0000\r\n",
            unfolded);
    }

    [Fact]
    [Requirement("R5321-4.1.1.2-a", "S3")]
    public async Task Nothing_of_an_abandoned_transaction_is_left()
    {
        var smtp = await GreetedAsync("EHLO");
        Assert.StartsWith("250", await smtp.AskAsync("MAIL FROM:<first@x.example>"), StringComparison.Ordinal);
        Assert.StartsWith("250", await smtp.AskAsync("RCPT TO:<ann@example.org>"), StringComparison.Ordinal);
        Assert.StartsWith("250", await smtp.AskAsync("RSET"), StringComparison.Ordinal);
        await SendAsync(smtp, "second@x.example", "\r\nx\r\n", "bob@example.org");

        Assert.StartsWith("Return-Path: <second@", await ReadAsync("bob@example.org"), StringComparison.Ordinal);
        var pop3 = await LoggedInAsync("ann@example.org");
        Assert.Equal("+OK 0 0", await pop3.AskAsync("STAT"));
    }

    [Fact]
    [Requirement("R2920-3.2-d")]
    public async Task All_replies_are_sent_when_the_input_is_used_up()
    {
        var smtp = await GreetedAsync("EHLO");
        await smtp.SendAsync("MAIL FROM:<a@x.example>\r\nRCPT TO:<bob@example.org>\r\nRCPT TO:<ann@example.org>\r\nRC");

        Assert.StartsWith("250 2.1.0", await smtp.ReadLineAsync(), StringComparison.Ordinal);
        Assert.StartsWith("250 2.1.5", await smtp.ReadLineAsync(), StringComparison.Ordinal);
        Assert.StartsWith("250 2.1.5", await smtp.ReadLineAsync(), StringComparison.Ordinal);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _world.Dispose();
    }

    private static async Task SendAsync(TestClient smtp, string sender, string message, params string[] recipients)
    {
        Assert.StartsWith("250", await smtp.AskAsync($"MAIL FROM:<{sender}>"), StringComparison.Ordinal);
        foreach (var recipient in recipients)
            Assert.StartsWith("250", await smtp.AskAsync($"RCPT TO:<{recipient}>"), StringComparison.Ordinal);
        Assert.StartsWith("354", await smtp.AskAsync("DATA"), StringComparison.Ordinal);
        await smtp.SendAsync(LeadingDot().Replace(message, "..") + ".\r\n");
        Assert.StartsWith("250", await smtp.ReadLineAsync(), StringComparison.Ordinal);
    }

    private static string Octets(int first, int last) =>
        string.Concat(Enumerable.Range(first, last - first + 1).Select(octet => (char)octet));

    private async Task<TestClient> GreetedAsync(string verb)
    {
        var smtp = _world.StartSmtp();
        await smtp.ReadLineAsync();
        await smtp.SendLineAsync($"{verb} c.example");
        while (await smtp.ReadLineAsync() is ['2', '5', '0', '-', ..])
        {
        }

        return smtp;
    }

    private async Task<TestClient> LoggedInAsync(string user)
    {
        var pop3 = _world.StartPop3();
        await pop3.ReadLineAsync();
        Assert.StartsWith("+OK", await pop3.AskAsync($"USER {user}"), StringComparison.Ordinal);
        Assert.StartsWith("+OK", await pop3.AskAsync("PASS x"), StringComparison.Ordinal);
        return pop3;
    }

    /// <summary>The only message of a mailbox, unstuffed; its size is checked against STAT, LIST and RETR.</summary>
    private async Task<string> ReadAsync(string user)
    {
        var pop3 = await LoggedInAsync(user);
        var stat = await pop3.AskAsync("STAT");
        var list = await pop3.AskAsync("LIST 1");
        var status = await pop3.AskAsync("RETR 1");
        var message = new StringBuilder();
        while (await pop3.ReadLineAsync() is { } line && line != ".")
            message.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        Assert.Equal("+OK Goodbye", await pop3.AskAsync("QUIT"));

        var length = message.Length.ToString(CultureInfo.InvariantCulture);
        Assert.Equal(($"+OK 1 {length}", $"+OK 1 {length}", $"+OK {length} octets"), (stat, list, status));
        return message.ToString();
    }

    [GeneratedRegex(@"(?<=^|\r\n)\.")]
    private static partial Regex LeadingDot();

    [GeneratedRegex(@"^Return-Path: <[^>]*>\r\nReceived: .*\r\n(\t.*\r\n)*$")]
    private static partial Regex Traces();
}
