using System.Text.RegularExpressions;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Smtp;
using ActorMail.Tests;
using CsCheck;
using static ActorMail.Protocols.Tests.Smtp.SmtpTesting;

namespace ActorMail.Protocols.Tests.Smtp;

public sealed partial class SmtpReplyTests
{
    [Fact]
    [Requirement("R5321-4.2.1-a", "R5321-4.1.1.1-b", "R2034-4-b")]
    public void Every_line_has_the_codes_and_the_last_has_a_blank()
    {
        Assert.Equal("250 2.0.0 a\r\n", Sent(new SmtpReply(250, "2.0.0", "a")));
        Assert.Equal("214-2.0.0 a\r\n214-2.0.0 b\r\n214 2.0.0 c\r\n", Sent(new SmtpReply(214, "2.0.0", "a", "b", "c")));
        Assert.Equal("250-a\r\n250 b\r\n", Sent(new SmtpReply(250, null, "a", "b")));
    }

    [Theory]
    [Requirement("R5321-4.2-d", "R5321-2.3.8-b", "S2")]
    [InlineData("a\r\n250 forged", "a??250 forged")]
    [InlineData("a\tb\0\u001B[31m\u007F", "a?b??[31m?")]
    [InlineData("\u00E9\u2028\uD83D\uDE00", "???")]
    public void What_is_not_printable_ASCII_is_never_sent(string text, string sent) =>
        Assert.Equal($"550 5.1.1 {sent}\r\n", Sent(new SmtpReply(550, "5.1.1", text)));

    [Fact]
    [Requirement("R5321-4.5.3.1.5-a")]
    public void A_line_is_cut_at_512_octets()
    {
        var wire = Sent(new SmtpReply(550, "5.1.1", new string('a', 600), "b", new string('c', 506)));

        Assert.Equal(["550-5.1.1 " + new string('a', 500), "550-5.1.1 b", "550 5.1.1 " + new string('c', 500), ""],
            wire.Split("\r\n"));
    }

    [Fact]
    [Requirement("R5321-4.2-d", "R5321-4.5.3.1.5-a", "R5321-2.3.8-b")]
    public void Any_text_makes_a_well_formed_reply() =>
        Gen.Select(Gen.String, Gen.String, Gen.Int[2, 5], Gen.Int[0, 59]).Sample(
            (first, second, kind, detail) => AssertWellFormed(
                new SmtpReply((100 * kind) + detail, null, first, string.Join(' ', Enumerable.Repeat(second, 20)))),
            iter: 2_000);

    [Theory]
    [InlineData(250, false)]
    [InlineData(354, false)]
    [InlineData(421, true)]
    [InlineData(550, true)]
    public void Replies_from_400_on_are_errors(int code, bool isError) =>
        Assert.Equal(isError, new SmtpReply(code, null, "a").IsError);

    [Fact]
    public void Replies_are_values()
    {
        Assert.Equal(SmtpReplies.RecipientUnknown(Default, new MailAddress("a", "x")),
            SmtpReplies.RecipientUnknown(Default, new MailAddress("a", "x")));
        Assert.Equal(SmtpReplies.Ehlo(Default, Clear, null).GetHashCode(),
            SmtpReplies.Ehlo(Default, Clear, null).GetHashCode());
        Assert.NotEqual(new SmtpReply(250, null, "a", "b"), new SmtpReply(250, null, "a", "c"));
    }

    /// <summary>RFC 5321 §4.2, at the level of octets.</summary>
    internal static void AssertWellFormed(SmtpReply reply)
    {
        var wire = Sent(reply);
        Assert.EndsWith("\r\n", wire, StringComparison.Ordinal);
        var lines = wire[..^2].Split("\r\n");
        Assert.All(lines, line => Assert.Matches(ReplyLine(), line));
        Assert.All(lines, line => Assert.InRange(line.Length + 2, 1, 512));
        Assert.All(lines[..^1], line => Assert.Equal('-', line[3]));
        Assert.Equal(' ', lines[^1][3]);
        Assert.Single(lines.Select(line => line[..3]).Distinct());
    }

    [GeneratedRegex(@"\A[2-5][0-5][0-9][ -][\t\x20-\x7e]*\z")]
    private static partial Regex ReplyLine();
}
