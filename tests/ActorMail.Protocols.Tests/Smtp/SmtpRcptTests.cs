using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Smtp;
using ActorMail.Tests;
using static ActorMail.Protocols.Tests.Smtp.SmtpTesting;

namespace ActorMail.Protocols.Tests.Smtp;

/// <summary>RCPT: its path, and what an address must have.</summary>
public sealed class SmtpRcptTests
{
    [Theory]
    [Requirement("R5321-2.4-a", "R5321-4.1.1.3-a", "R5321-4.1.2-b", "R5321-2.3.11-a")]
    [InlineData("RCPT TO:<bob@local>", "bob", "local")]
    [InlineData("rCpT tO:<bob@local>", "bob", "local")]
    [InlineData("RCPT TO:<@a.example,@b.example:bob@local>", "bob", "local")]
    [InlineData("RCPT TO:<a.b+c=d@x>", "a.b+c=d", "x")]
    [InlineData("RCPT TO:<\"x@remote.example\"@local>", "x@remote.example", "local")]
    [InlineData("RCPT TO:<x%remote.example@local>", "x%remote.example", "local")]
    [InlineData("RCPT TO:<remote!x@local>", "remote!x", "local")]
    [InlineData("RCPT TO:<x@[192.0.2.1]>", "x", "[192.0.2.1]")]
    [InlineData("RCPT TO:<\"../x\"@local>", "../x", "local")]
    public void A_recipient_is_read_and_its_local_part_left_alone(string line, string local, string domain) =>
        Assert.Equal(new SmtpCommand.Rcpt(new MailAddress(local, domain), RcptParameters.None), Parse(line, Strict));

    [Theory]
    [Requirement("R5321-4.1.1.3-b", "R5321-4.5.1-b", "S6")]
    [InlineData("postmaster")]
    [InlineData("Postmaster")]
    [InlineData("POSTMASTER")]
    public void The_postmaster_needs_no_domain(string name) =>
        Assert.Equal(
            new SmtpCommand.Rcpt(new MailAddress(name, ""), RcptParameters.None), Parse($"RCPT TO:<{name}>", Strict));

    [Theory]
    [InlineData("RCPT TO:<bob>")]
    [InlineData("RCPT TO: <bob>")]
    [InlineData("RCPT TO:bob")]
    public void Another_recipient_without_domain_is_for_the_basic_profile(string line)
    {
        Assert.Equal(
            "501 5.1.3 A domain is missing, as in RCPT TO:<bob@example.org>", Refusal(line).ToString());
        Assert.Equal(new SmtpCommand.Rcpt(new MailAddress("bob", ""), RcptParameters.None), Parse(line, Basic));
    }

    [Theory]
    [InlineData("RCPT")]
    [InlineData("RCPT TO")]
    [InlineData("RCPT TO:")]
    [InlineData("RCPT bob@x")]
    [InlineData("RCPT FROM:<bob@x>")]
    [InlineData("RCPT TO:<bob@x")]
    public void What_has_no_path_is_told_the_syntax(string line) =>
        Assert.Equal("501 5.5.4 Syntax: RCPT TO:<address>", Refusal(line).ToString());

    [Theory]
    [Requirement("R5321-4.1.2-b", "R5321-4.1.2-c", "R5321-4.1.2-d", "N6")]
    [InlineData("<>")]
    [InlineData("<../../etc/x@local>")]
    [InlineData("<.a@x>")]
    [InlineData("<a.@x>")]
    [InlineData("<a..b@x>")]
    [InlineData("<a b@x>")]
    [InlineData("<@x>")]
    [InlineData("<a@>")]
    [InlineData("<@local:>")]
    [InlineData("<a@b_c>")]
    [InlineData("<a@x.>")]
    public void A_bad_address_gets_501(string path) =>
        Assert.Equal(
            "501 5.1.3 Bad address; a good one would be RCPT TO:<bob@example.org>",
            Refusal($"RCPT TO:{path}").ToString());

    [Theory]
    [Requirement("R5321-4.1.1.11-a")]
    [InlineData("FOO", 555)]
    [InlineData("SMTPUTF8", 555)]
    [InlineData("SIZE=1", 555)]
    [InlineData("=x", 501)]
    public void Other_parameters_are_unknown(string parameter, int code)
    {
        var reply = Refusal($"RCPT TO:<bob@local> {parameter}");

        Assert.Equal((code, "5.5.4"), (reply.Code, reply.Enhanced));
    }

    [Fact]
    [Requirement("R5321-4.5.3.1.1-a")]
    public void Local_parts_have_up_to_64_octets()
    {
        Assert.IsType<SmtpCommand.Rcpt>(Parse($"RCPT TO:<{new string('a', 64)}@local>"));
        Assert.Equal((501, "5.1.3"), Codes($"RCPT TO:<{new string('a', 65)}@local>"));
    }

    [Fact]
    public void An_address_too_long_for_the_name_of_a_mailbox_gets_553()
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('d', 62), 4));

        Assert.Equal((553, "5.1.3"), Codes($"RCPT TO:<a@{domain}>"));
        Assert.Equal((553, "5.1.3"), Codes($"RCPT TO:<\"{new string('/', 64)}\"@local.example>"));
    }

    private static (int, string?) Codes(string line) => (Refusal(line).Code, Refusal(line).Enhanced);
}
