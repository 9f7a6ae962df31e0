using System.Text;
using ActorMail.Protocols.Smtp;
using ActorMail.Tests;
using CsCheck;
using static ActorMail.Protocols.Tests.Smtp.SmtpTesting;

namespace ActorMail.Protocols.Tests.Smtp;

public sealed class SmtpCommandParserTests
{
    public static TheoryData<string, SmtpCommand> Commands => new()
    {
        { "HELO c.example", new SmtpCommand.Helo("c.example") },
        { "EHLO c.example", new SmtpCommand.Ehlo("c.example") },
        { "EHLO [127.0.0.1]", new SmtpCommand.Ehlo("[127.0.0.1]") },
        { "EHLO [IPv6:2001:db8::1]", new SmtpCommand.Ehlo("[IPv6:2001:db8::1]") },
        { "ehlo  my_pc", new SmtpCommand.Ehlo("my_pc") },
        { "DATA", SmtpCommand.Data.Instance },
        { "dAtA", SmtpCommand.Data.Instance },
        { "rset", SmtpCommand.Rset.Instance },
        { "NOOP", SmtpCommand.Noop.Instance },
        { "NOOP any thing here", SmtpCommand.Noop.Instance },
        { "VRFY bob", new SmtpCommand.Vrfy("bob", false) },
        { "VRFY <bob@local>", new SmtpCommand.Vrfy("<bob@local>", false) },
        { "VRFY bob SMTPUTF8", new SmtpCommand.Vrfy("bob", true) },
        { "expn staff", new SmtpCommand.Expn("staff", false) },
        { "BDAT 10", new SmtpCommand.Bdat(10, false) },
        { "bdat 0 last", new SmtpCommand.Bdat(0, true) },
        { "BDAT 00000000000000000010  LAST", new SmtpCommand.Bdat(10, true) },
        { "BDAT 99999999999999999999", new SmtpCommand.Bdat(long.MaxValue, false) },
        { "HELP", new SmtpCommand.Help("") },
        { "HELP MAIL", new SmtpCommand.Help("MAIL") },
        { "qUiT", SmtpCommand.Quit.Instance },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    [Requirement("R5321-2.4-a", "R5321-4.1.1.9-a", "R5321-4.1.1.1-e")]
    public void A_command_is_understood_in_any_letter_case(string line, SmtpCommand command) =>
        Assert.Equal(command, Parse(line));

    [Theory]
    [MemberData(nameof(Commands))]
    [Requirement("R5321-4.1.1-a")]
    public void Blanks_before_the_line_end_are_ignored(string line, SmtpCommand command)
    {
        Assert.Equal(command, Parse(line + " "));
        Assert.Equal(command, Parse(line + " \t  "));
    }

    [Theory]
    [Requirement("R5321-4.1.1-b")]
    [InlineData("RSET x", "501 5.5.4 Syntax: RSET, and nothing behind it")]
    [InlineData("DATA x", "501 5.5.4 Syntax: DATA, and nothing behind it")]
    [InlineData("QUIT x", "501 5.5.4 Syntax: QUIT, and nothing behind it")]
    public void Commands_without_argument_are_refused_with_one(string line, string reply) =>
        Assert.Equal(reply, Refusal(line).ToString());

    [Theory]
    [Requirement("R5321-4.1.1.1-e", "R5321-4.1.4-c")]
    [InlineData("EHLO", "501 5.5.4 Syntax: EHLO hostname, such as EHLO me.example.net")]
    [InlineData("HELO ", "501 5.5.4 Syntax: HELO hostname, such as HELO me.example.net")]
    [InlineData("HELO two words", "501 5.5.4 Syntax: HELO hostname, such as HELO me.example.net")]
    [InlineData("VRFY", "501 5.5.4 Syntax: VRFY address")]
    [InlineData("EXPN", "501 5.5.4 Syntax: EXPN address")]
    [InlineData("BDAT", "501 5.5.4 Syntax: BDAT octets [LAST]")]
    [InlineData("BDAT LAST", "501 5.5.4 Syntax: BDAT octets [LAST]")]
    [InlineData("BDAT -1", "501 5.5.4 Syntax: BDAT octets [LAST]")]
    [InlineData("BDAT +1", "501 5.5.4 Syntax: BDAT octets [LAST]")]
    [InlineData("BDAT 1 FIRST", "501 5.5.4 Syntax: BDAT octets [LAST]")]
    [InlineData("BDAT 1 LAST 2", "501 5.5.4 Syntax: BDAT octets [LAST]")]
    [InlineData("BDAT 000000000000000000001", "501 5.5.4 Syntax: BDAT octets [LAST]")]
    [InlineData("XCLIENT", "501 5.5.4 Syntax: XCLIENT NAME=value..., such as XCLIENT ADDR=192.0.2.7 PORT=4711")]
    public void A_missing_argument_is_asked_for(string line, string reply) =>
        Assert.Equal(reply, Refusal(line).ToString());

    [Theory]
    [Requirement("R5321-4.1.1.1-e")]
    [InlineData("EHLO my_pc")]
    [InlineData("EHLO [127.1]")]
    [InlineData("EHLO a..b")]
    [InlineData("HELO $")]
    public void Names_that_are_no_domains_are_refused_by_strict_settings_only(string line)
    {
        Assert.Equal(501, Refusal(line, Strict).Code);
        Assert.IsNotType<SmtpCommand.Refused>(Parse(line));
    }

    [Fact]
    [Requirement("F1")]
    public void A_name_of_more_than_255_octets_is_refused()
    {
        Assert.IsType<SmtpCommand.Helo>(Parse("HELO " + new string('a', 255)));
        Assert.Equal(501, Refusal("HELO " + new string('a', 256)).Code);
    }

    [Theory]
    [Requirement("R5321-4.2.4-a")]
    [InlineData("ETRN x")]
    [InlineData("TURN")]
    [InlineData("SEND FROM:<a@b>")]
    [InlineData("SOML FROM:<a@b>")]
    [InlineData("SAML FROM:<a@b>")]
    public void Known_commands_that_are_not_offered_get_502(string line) =>
        Assert.Equal("502 5.5.1 Command not implemented", Refusal(line).ToString());

    [Theory]
    [Requirement("R5321-4.1.5-a", "R5321-4.2.4-a", "S12")]
    [InlineData("FOO", "5.5.1")]
    [InlineData("XYZZY", "5.5.1")]
    [InlineData(" NOOP", "5.5.2")]
    [InlineData("NOOPX", "5.5.1")]
    [InlineData("MAILFROM:<a@b>", "5.5.1")]
    [InlineData("EHLO[127.0.0.1]", "5.5.1")]
    [InlineData("", "5.5.2")]
    [InlineData("   ", "5.5.2")]
    [InlineData("\u0016\u0003\u0001\u0002\0\u0001", "5.5.2")]
    [InlineData("N\u00D6\u00D6P", "5.5.2")]
    [InlineData("GET", "5.5.1")]
    public void What_is_no_command_gets_500(string line, string enhanced)
    {
        var reply = Refusal(line);

        Assert.Equal((500, enhanced), (reply.Code, reply.Enhanced));
    }

    [Theory]
    [Requirement("S10")]
    [InlineData("GET / HTTP/1.1")]
    [InlineData("get / HTTP/1.1")]
    [InlineData("HEAD / HTTP/1.1")]
    [InlineData("POST /x HTTP/1.0")]
    [InlineData("PUT /x HTTP/1.0")]
    [InlineData("CONNECT mail.example.org:25 HTTP/1.1")]
    public void A_line_of_HTTP_ends_the_session(string line)
    {
        var command = Assert.IsType<SmtpCommand.Foreign>(Parse(line));

        Assert.Equal("421 4.7.0 mail.example.org This is SMTP, not HTTP, closing", command.Reply.ToString());
        Assert.IsType<SmtpStep.Goodbye>(new SmtpDialog(Default, Clear).Accept(command).Step);
    }

    [Theory]
    [Requirement("R5321-2.3.8-a", "R5321-4.1.2-d", "S2")]
    [InlineData("NOOP\nNOOP", 500)]
    [InlineData("NOOP \nNOOP", 501)]
    [InlineData("NOOP a\rb", 501)]
    [InlineData("QUIT\0", 500)]
    [InlineData("DATA \0", 501)]
    [InlineData("HELO a\u001B[31m", 501)]
    [InlineData("VRFY bob\u007F", 501)]
    [InlineData("MAIL FROM:<b\0ob@x>", 501)]
    [InlineData("MAIL FROM:<a@x>\nRCPT TO:<b@x>", 501)]
    [InlineData("RCPT TO:<b\tob@x>", 501)]
    [InlineData("RCPT TO:<\"b\nob\"@x>", 501)]
    [InlineData("EXPN \u0001", 501)]
    public void A_control_character_is_part_of_no_command(string line, int code)
    {
        var reply = Refusal(line);

        Assert.Equal((code, "5.5.2"), (reply.Code, reply.Enhanced));
    }

    [Theory]
    [Requirement("R5321-2.4-d", "S9", "K4")]
    [InlineData("MAIL FROM:<h\u00C3\u00A9@x.example>", "550 5.6.7")]
    [InlineData("MAIL FROM:<\u00C0\u0080@x.example> SMTPUTF8", "550 5.6.7")]
    [InlineData("RCPT TO:<a@\u00FF.example>", "553 5.6.7")]
    [InlineData("RCPT TO:<\"\u00FF\"@x.example>", "553 5.6.7")]
    [InlineData("EHLO \u00E9", "501 5.5.2")]
    [InlineData("NOOP \u00E9", "501 5.5.2")]
    public void Octets_above_127_are_refused(string line, string codes) =>
        Assert.StartsWith(codes, Refusal(line).ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("EHLO c.example")]
    [InlineData("EHLO [127.0.0.1]")]
    [InlineData("EHLO")]
    public void The_basic_profile_does_not_implement_EHLO(string line) =>
        Assert.Equal("502 Command not implemented", Refusal(line, Basic).ToString());

    [Theory]
    [Requirement("K11")]
    [InlineData("MAIL FROM:", "<")]
    [InlineData("MAIL FROM:<", "(")]
    [InlineData("MAIL FROM:<", "\"\\")]
    [InlineData("RCPT TO:<", "@a.example,")]
    [InlineData("RCPT TO:<a@", "[")]
    [InlineData("RCPT TO:<a@", "a.")]
    [InlineData("MAIL FROM:<> ", "A=")]
    public void However_deep_a_line_goes_the_stack_does_not(string start, string level) =>
        Assert.InRange(Refusal(start + string.Concat(Enumerable.Repeat(level, 200_000))).Code, 500, 599);

    [Theory]
    [InlineData("MIAL FROM:<a@x>", "MAIL")]
    [InlineData("hlep", "HELP")]
    [InlineData("RCTP TO:<a@x>", "RCPT")]
    [InlineData("STARTLS", "STARTTLS")]
    [InlineData("NOOPX", "NOOP")]
    public void A_verb_that_is_nearly_one_is_asked_about(string line, string meant) =>
        Assert.Equal(
            $"500 5.5.1 Command unrecognized; did you mean {meant}? HELP lists those that are",
            Refusal(line).ToString());

    [Theory]
    [Requirement("R2033-4.1-a")]
    [InlineData("EHLO c.example", true, "500 5.5.1 This is LMTP: say LHLO me.example.net")]
    [InlineData("HELO c.example", true, "500 5.5.1 This is LMTP: say LHLO me.example.net")]
    [InlineData("LHLO c.example", false, "500 5.5.1 This is SMTP: say EHLO me.example.net")]
    public void LMTP_and_SMTP_are_not_taken_for_each_other(string line, bool isLmtp, string reply) =>
        Assert.Equal(reply, Refusal(line, Default with { IsLmtp = isLmtp }).ToString());

    [Fact]
    [Requirement("S12", "R5321-4.2-a")]
    public void Any_octets_make_one_command_and_nothing_throws()
    {
        string[] known =
            [
                "HELO ", "EHLO ", "MAIL FROM:<", "RCPT TO:<", "DATA", "RSET", "NOOP ", "VRFY ", "HELP ", "QUIT",
                "BDAT ", "EXPN ", "LHLO ", "XCLIENT ADDR=",
            ];
        var octet = Gen.Frequency((1, Gen.Byte), (4, Gen.Byte[0x20, 0x7E]));
        var start = Gen.Int[0, known.Length].Select(it => it == known.Length ? "" : known[it]);
        Gen.Select(start, octet.Array[0, 40], Gen.Int[0, 2]).Sample(
            (verb, rest, profile) =>
            {
                var settings = new[] { Default, Strict, Basic }[profile];
                var command = SmtpCommandParser.Parse([.. Encoding.ASCII.GetBytes(verb), .. rest], settings);
                SmtpReplyTests.AssertWellFormed(ReplyOf(new SmtpDialog(settings, Clear).Accept(command).Step));
            },
            iter: 5_000);
    }
}
