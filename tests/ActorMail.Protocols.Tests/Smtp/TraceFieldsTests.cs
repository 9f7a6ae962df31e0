using System.Net;
using System.Text;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Smtp;
using ActorMail.Protocols.Tests.Wire;
using ActorMail.Tests;
using CsCheck;

namespace ActorMail.Protocols.Tests.Smtp;

public sealed class TraceFieldsTests
{
    private static readonly TraceInfo Info = new(
        "mail.example.org", "c.example", IPAddress.Loopback, TransportProtocol.Esmtp, null, false, "X7",
        new MailAddress("John.SMITH", "x.example"), new MailAddress("bob", "example.org"),
        new DateTimeOffset(2026, 11, 24, 1, 55, 28, TimeSpan.Zero));

    private static readonly TransportSecurity Tls = new("TLSv1.3", "TLS_AES_256_GCM_SHA384");

    [Fact]
    [Requirement("R5321-4.4-a", "R5321-4.4-b", "R5321-4.4-c", "R5321-4.4-e", "R5321-4.4-f", "R5321-2.4-b", "S7")]
    public void A_message_starts_with_its_return_path_and_with_how_it_came() =>
        Assert.Equal(
            "Return-Path: <John.SMITH@x.example>\n"
            + "Received: from c.example ([127.0.0.1])\n"
            + "\tby mail.example.org with ESMTP id X7\n"
            + "\tfor <bob@example.org>; Tue, 24 Nov 2026 01:55:28 +0000\n",
            Compose(Info));

    [Fact]
    [Requirement("R5321-4.4-c", "R5321-7.2-a", "R5321-4.1.1.2-b", "S6")]
    public void With_several_recipients_none_is_named() =>
        Assert.Equal(
            "Return-Path: <>\n"
            + "Received: from c.example ([127.0.0.1])\n"
            + "\tby mail.example.org with ESMTP id X7;\n"
            + "\tTue, 24 Nov 2026 01:55:28 +0000\n",
            Compose(Info with { ReversePath = null, For = null }));

    [Fact]
    public void A_message_without_header_gets_a_blank_line_before_it() =>
        Assert.Equal(Compose(Info) + "\n", Pieces.Text(TraceFields.Compose(Info, [], separate: true)));

    [Theory]
    [Requirement("R3848-1-a", "R4954-7-a")]
    [InlineData(false, false, "ESMTP")]
    [InlineData(true, false, "ESMTPS")]
    [InlineData(false, true, "ESMTPA")]
    [InlineData(true, true, "ESMTPSA")]
    public void The_protocol_says_whether_there_was_TLS_and_a_login(bool isSecure, bool isKnown, string protocol) =>
        Assert.Contains(
            $"with {protocol} id X7",
            Compose(Info with { Security = isSecure ? Tls : null, IsAuthenticated = isKnown }),
            StringComparison.Ordinal);

    [Fact]
    [Requirement("R8314-4.3-a")]
    public void TLS_is_described_behind_all_else() => Assert.Equal(
        "Return-Path: <John.SMITH@x.example>\n"
        + "Received: from c.example ([127.0.0.1])\n"
        + "\tby mail.example.org with ESMTPS id X7\n"
        + "\tfor <bob@example.org>\n"
        + "\ttls TLS_AES_256_GCM_SHA384 (TLSv1.3); Tue, 24 Nov 2026 01:55:28 +0000\n",
        Compose(Info with { Security = Tls }));

    [Fact]
    [Requirement("R6409-8.3-a")]
    public void Fields_that_the_message_lacks_stand_behind_the_trace() => Assert.Equal(
        Compose(Info) + "Date: x\nMessage-ID: <y>\n",
        Pieces.Text(TraceFields.Compose(Info, ["Date: x", "Message-ID: <y>"], separate: false)));

    [Theory]
    [Requirement("R5321-4.4-i", "R6531-3.7.3-a")]
    [InlineData(TransportProtocol.Esmtp, "with ESMTP id", "with ESMTPSA id")]
    [InlineData(TransportProtocol.Smtp, "with SMTP id", "with SMTP id")]
    [InlineData(TransportProtocol.Lmtp, "with LMTP id", "with LMTPSA id")]
    [InlineData(TransportProtocol.Utf8Smtp, "with UTF8SMTP id", "with UTF8SMTPSA id")]
    [InlineData(TransportProtocol.Utf8Lmtp, "with UTF8LMTP id", "with UTF8LMTPSA id")]
    public void The_protocol_is_named_with_what_was_added_to_it(
        TransportProtocol protocol, string clause, string withTlsAndLogin)
    {
        var info = Info with { Protocol = protocol };
        Assert.Contains(clause, Compose(info), StringComparison.Ordinal);
        Assert.Contains(
            withTlsAndLogin, Compose(info with { Security = Tls, IsAuthenticated = true }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_that_came_by_another_name_says_by_which() => Assert.StartsWith(
        "Return-Path: <John.SMITH@x.example>\nDelivered-To: bob+news@example.org\nReceived: from c.example",
        Compose(Info with { DeliveredTo = new MailAddress("bob+news", "example.org") }),
        StringComparison.Ordinal);

    [Fact]
    [Requirement("R6531-3.2-a")]
    public void Addresses_beyond_ASCII_are_in_UTF_8()
    {
        var info = Info with { ReversePath = new MailAddress("\u03B4\u03BF\u03BA", "x\u2028y\u0085.example") };
        Assert.StartsWith(
            "Return-Path: <\"\u03B4\u03BF\u03BA\"@x?y?.example>\n".Replace("\"", "", StringComparison.Ordinal),
            Encoding.UTF8.GetString(TraceFields.Compose(info, [], separate: false))
                .Replace("\"", "", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("R5321-4.4-b")]
    [InlineData("::1", "[IPv6:::1]")]
    [InlineData("2001:db8::1", "[IPv6:2001:db8::1]")]
    [InlineData("fe80::1%3", "[IPv6:fe80::1]")]
    [InlineData("::ffff:192.0.2.1", "[192.0.2.1]")]
    public void The_client_is_named_by_an_address_literal(string address, string literal) =>
        Assert.Contains($"from c.example ({literal})\n", Compose(Info with { Remote = IPAddress.Parse(address) }),
            StringComparison.Ordinal);

    [Theory]
    [Requirement("R5321-4.4-b", "S2")]
    [InlineData("[127.0.0.1]", "[127.0.0.1]")]
    [InlineData("[IPv6:::1]", "[IPv6:::1]")]
    [InlineData("my_pc", "my_pc")]
    [InlineData("", "unknown")]
    [InlineData("a;b(c)<d>\"e\\,f", "a?b?c??d??e??f")]
    [InlineData("a\nX-Evil: b", "a?X-Evil??b")]
    [InlineData("\u00E9", "?")]
    [InlineData("[foo]", "?foo?")]
    public void An_odd_name_cannot_break_the_field(string helo, string name) =>
        Assert.Contains($"Received: from {name} ([127.0.0.1])\n", Compose(Info with { HeloName = helo }),
            StringComparison.Ordinal);

    [Fact]
    public void A_client_without_address_is_known_by_its_name_only() =>
        Assert.Contains("Received: from c.example\n\tby", Compose(Info with { Remote = null }),
            StringComparison.Ordinal);

    [Theory]
    [Requirement("R5321-4.4-e")]
    [InlineData(2, 0, "Tue, 24 Nov 2026 03:55:28 +0200")]
    [InlineData(-3, -30, "Mon, 23 Nov 2026 22:25:28 -0330")]
    public void The_date_has_a_numeric_offset(int hours, int minutes, string date) =>
        Assert.EndsWith($"; {date}\n",
            Compose(Info with { Date = Info.Date.ToOffset(new TimeSpan(hours, minutes, 0)) }),
            StringComparison.Ordinal);

    [Fact]
    public void Long_names_are_folded_and_no_line_is_longer_than_998()
    {
        var address = new MailAddress(new string('"', 64), new string('d', 255));
        var text = Compose(Info with
        {
            HeloName = new string('h', 255),
            Hostname = new string('m', 255),
            ReversePath = address,
            For = address,
        });

        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, 998));
        Assert.Contains(">;\n\tTue, 24 Nov", text, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("S2", "R5321-4.4-b")]
    public void Whatever_a_client_says_the_fields_keep_their_lines_and_clauses() =>
        Gen.Select(Gen.String[0, 30], Gen.String[1, 30], Gen.String[0, 30]).Sample(
            (helo, local, domain) =>
            {
                var text = Compose(Info with { HeloName = helo, For = new MailAddress(local, domain) });
                var lines = text.Split('\n');
                Assert.Equal("", lines[^1]);
                Assert.InRange(lines.Length, 5, 6);
                Assert.StartsWith("Received: from ", lines[1], StringComparison.Ordinal);
                Assert.All(lines[2..^1], line => Assert.Equal('\t', line[0]));
                Assert.All(text, it => Assert.True(it is '\n' or '\t' or (>= ' ' and <= '~')));
                Assert.DoesNotContain(';', lines[1]);
            },
            iter: 2_000);

    private static string Compose(TraceInfo info) => Pieces.Text(TraceFields.Compose(info, [], separate: false));
}
