using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Smtp;
using ActorMail.Tests;
using static ActorMail.Protocols.Tests.Smtp.SmtpTesting;

namespace ActorMail.Protocols.Tests.Smtp;

/// <summary>MAIL: its path and its parameters.</summary>
public sealed class SmtpMailTests
{
    [Theory]
    [Requirement("R5321-2.4-a", "R5321-2.4-b", "R5321-4.1.1-a", "R5321-4.1.2-b", "R5321-4.1.3-a")]
    [InlineData("MAIL FROM:<a@x.example>", "a", "x.example")]
    [InlineData("mAiL fRoM:<a@x.example>", "a", "x.example")]
    [InlineData("MAIL FROM:<a@x.example> ", "a", "x.example")]
    [InlineData("MAIL FROM:<John.SMITH@x.example>", "John.SMITH", "x.example")]
    [InlineData("MAIL FROM:<\"a b\"@x>", "a b", "x")]
    [InlineData("MAIL FROM:<\"a>b\"@x>", "a>b", "x")]
    [InlineData("MAIL FROM:<\"a\\\">b\"@x>", "a\">b", "x")]
    [InlineData("MAIL FROM:<a@[127.0.0.1]>", "a", "[127.0.0.1]")]
    [InlineData("MAIL FROM:<@a.example,@b.example:bob@c>", "bob", "c")]
    public void A_sender_is_read_by_every_profile(string line, string local, string domain)
    {
        var expected = new SmtpCommand.Mail(new MailAddress(local, domain), MailParameters.None);

        Assert.Equal(expected, Parse(line));
        Assert.Equal(expected, Parse(line, Strict));
        Assert.Equal(expected, Parse(line, Basic));
    }

    [Theory]
    [InlineData("MAIL FROM: <a@x>")]
    [InlineData("MAIL FROM:   <a@x>")]
    [InlineData("MAIL FROM:a@x")]
    [InlineData("MAIL FROM: a@x")]
    public void Misspelled_paths_are_understood_unless_the_settings_are_strict(string line)
    {
        Assert.Equal(new SmtpCommand.Mail(new MailAddress("a", "x"), MailParameters.None), Parse(line));
        Assert.Equal("501 5.5.4 Syntax: MAIL FROM:<address>", Refusal(line, Strict).ToString());
    }

    [Fact]
    public void Parameters_also_follow_a_path_without_brackets() =>
        Assert.Equal(
            new SmtpCommand.Mail(new MailAddress("a b", "x"), new MailParameters { Size = 10 }),
            Parse("MAIL FROM:\"a b\"@x SIZE=10"));

    [Fact]
    [Requirement("R5321-4.1.1.2-b", "S6")]
    public void The_null_path_is_a_sender() =>
        Assert.Equal(new SmtpCommand.Mail(null, MailParameters.None), Parse("MAIL FROM:<>", Strict));

    [Theory]
    [Requirement("R5321-4.1.1.2-c", "R5321-3.3-a")]
    [InlineData("MAIL")]
    [InlineData("MAIL FROM")]
    [InlineData("MAIL FROM:")]
    [InlineData("MAIL FROM: ")]
    [InlineData("MAIL a@x")]
    [InlineData("MAIL TO:<a@x>")]
    [InlineData("MAIL FROM :<a@x>")]
    [InlineData("MAIL FROM:<a@x")]
    [InlineData("MAIL FROM:<a@x>SIZE=1")]
    [InlineData("MAIL FROM:<\"a@x>")]
    [InlineData("MAIL FROM:<")]
    public void What_has_no_path_is_told_the_syntax(string line) =>
        Assert.Equal("501 5.5.4 Syntax: MAIL FROM:<address>", Refusal(line).ToString());

    [Theory]
    [Requirement("R5321-3.3-a", "R5321-4.1.2-c", "R5321-4.1.3-a", "R5321-4.1.4-f", "N6")]
    [InlineData("MAIL FROM:<a@>")]
    [InlineData("MAIL FROM:<@x>")]
    [InlineData("MAIL FROM:<bad@@x>")]
    [InlineData("MAIL FROM:<a b@x>")]
    [InlineData("MAIL FROM:< a@x>")]
    [InlineData("MAIL FROM:<a@b_c.example>")]
    [InlineData("MAIL FROM:<a@b$c>")]
    [InlineData("MAIL FROM:<a@-b.example>")]
    [InlineData("MAIL FROM:<a@b..c>")]
    [InlineData("MAIL FROM:<a@[300.1.1.1]>")]
    [InlineData("MAIL FROM:<a@[1.2.3]>")]
    [InlineData("MAIL FROM:<a@[IPv6:zz]>")]
    [InlineData("MAIL FROM:<@a,@b:>")]
    [InlineData("MAIL FROM:<@a,b:bob@c>")]
    [InlineData("MAIL FROM:<@a_b:bob@c>")]
    [InlineData("MAIL FROM:a@x>")]
    public void A_bad_address_gets_501(string line) =>
        Assert.Equal(
            "501 5.1.7 Bad address; a good one would be MAIL FROM:<alice@example.org>", Refusal(line).ToString());

    [Fact]
    public void Only_the_basic_profile_takes_a_sender_without_domain()
    {
        Assert.Equal(
            "501 5.1.7 A domain is missing, as in MAIL FROM:<bob@example.org>",
            Refusal("MAIL FROM:<bob>").ToString());
        Assert.Equal(
            new SmtpCommand.Mail(new MailAddress("bob", ""), MailParameters.None), Parse("MAIL FROM:<bob>", Basic));
    }

    [Theory]
    [Requirement("R5321-4.1.1.1-c", "R6152-3-b", "R1870-6-b", "R5321-2.4-a")]
    [InlineData("SIZE=0", 0L, false)]
    [InlineData("size=5 body=8bitmime", 5L, true)]
    [InlineData("BODY=8BITMIME", null, true)]
    [InlineData("BODY=7BIT  SIZE=1000000", 1_000_000L, false)]
    [InlineData("SIZE=00000000000001000000", 1_000_000L, false)]
    public void Size_and_body_are_understood(string parameters, long? size, bool isEightBit) =>
        Assert.Equal(
            new SmtpCommand.Mail(
                new MailAddress("a", "x"),
                new MailParameters { Size = size, Body = isEightBit ? BodyKind.EightBit : BodyKind.SevenBit }),
            Parse($"MAIL FROM:<a@x> {parameters}"));

    [Theory]
    [Requirement("R1870-6-b", "R6152-3-b", "K10")]
    [InlineData("SIZE")]
    [InlineData("SIZE=")]
    [InlineData("SIZE=abc")]
    [InlineData("SIZE=-1")]
    [InlineData("SIZE=+1")]
    [InlineData("SIZE=1.0")]
    [InlineData("SIZE=0x10")]
    [InlineData("SIZE=000000000000000000001")]
    [InlineData("SIZE=1 SIZE=2")]
    [InlineData("SIZE=1 size=1")]
    [InlineData("BODY")]
    [InlineData("BODY=")]
    [InlineData("BODY=FOO")]
    [InlineData("BODY=BINARY")]
    [InlineData("BODY=7BIT BODY=7BIT")]
    [InlineData("=1")]
    [InlineData("-A=1")]
    [InlineData("A_B=1")]
    [InlineData("FOO=")]
    [InlineData("FOO=a=b")]
    public void Faulty_parameters_get_501(string parameters)
    {
        var reply = Refusal($"MAIL FROM:<a@x> {parameters}");

        Assert.Equal((501, "5.5.4"), (reply.Code, reply.Enhanced));
    }

    [Theory]
    [Requirement("R5321-4.1.1.11-a")]
    [InlineData("FOO=1", "FOO")]
    [InlineData("SIZE=1 holdfor=60", "HOLDFOR")]
    [InlineData("NOTIFY=NEVER", "NOTIFY")]
    public void Unknown_parameters_get_555(string parameters, string keyword) =>
        Assert.Equal(
            $"555 5.5.4 The parameter {keyword} is not known here",
            Refusal($"MAIL FROM:<a@x> {parameters}").ToString());

    [Theory]
    [Requirement("R1870-4-a", "S5")]
    [InlineData("1000001")]
    [InlineData("9223372036854775808")]
    [InlineData("99999999999999999999")]
    public void A_declared_size_above_the_limit_gets_552(string size) =>
        Assert.Equal(
            "552 5.3.4 The message is larger than the limit of 1000000 octets",
            Refusal($"MAIL FROM:<a@x> SIZE={size}").ToString());

    [Fact]
    [Requirement("R5321-4.5.3.1.2-a", "R5321-4.5.3.1.1-a", "S4")]
    public void The_longest_path_is_a_sender()
    {
        var label = new string('d', 63);
        var address = $"{new string('a', 64)}@{label}.{label}.{label}.{label}";

        Assert.IsType<SmtpCommand.Mail>(Parse($"MAIL FROM:<{address}>"));
        Assert.Equal("5.1.7", Refusal($"MAIL FROM:<a{address}>").Enhanced);
    }
}
