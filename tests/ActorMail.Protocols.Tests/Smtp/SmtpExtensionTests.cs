using System.Collections.Immutable;
using System.Net;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Smtp;
using ActorMail.Tests;
using static ActorMail.Protocols.Tests.Smtp.SmtpTesting;

namespace ActorMail.Protocols.Tests.Smtp;

public sealed class SmtpExtensionTests
{
    private const string Ehlo = "EHLO c.example";
    private const string Mail = "MAIL FROM:<a@x.example>";
    private const string Rcpt = "RCPT TO:<bob@local>";

    [Theory]
    [Requirement("R3461-5.1-a")]
    [InlineData("RET=HDRS ENVID=QQ314159", DsnReturn.Header, "QQ314159")]
    [InlineData("envid=a+20b+2Bc+3D ret=full", DsnReturn.Full, "a b+c=")]
    public void What_reports_shall_say_is_kept_in_the_envelope(string parameters, DsnReturn wanted, string id)
    {
        var (dialog, replies) = Play(Ehlo, $"{Mail} {parameters}");

        Assert.Equal(Play(Ehlo, Mail).Replies[1].ToString(), replies[1].ToString());
        Assert.Equal((wanted, id), (dialog.Envelope!.Parameters.Return, dialog.Envelope.Parameters.EnvelopeId));
    }

    [Theory]
    [Requirement("R3461-5.1-b")]
    [InlineData("RET=FOO")]
    [InlineData("RET=")]
    [InlineData("RET")]
    [InlineData("RET=FULL RET=HDRS")]
    [InlineData("ENVID=a+ZZ")]
    [InlineData("ENVID=a+4")]
    [InlineData("ENVID=a+4a")]
    [InlineData("ENVID=a+0A")]
    [InlineData("ENVID=a+C3+A9")]
    [InlineData("ENVID=a ENVID=b")]
    [InlineData("ENVID=")]
    [InlineData("SMTPUTF8=1")]
    [InlineData("SMTPUTF8 SMTPUTF8")]
    [InlineData("BODY=BINARYMIME BODY=7BIT")]
    public void Faulty_parameters_of_MAIL_get_501(string parameters) =>
        Assert.Equal(501, Refusal($"{Mail} {parameters}").Code);

    [Fact]
    [Requirement("R3461-5.1-b")]
    public void An_ENVID_of_more_than_100_characters_gets_501()
    {
        Assert.IsType<SmtpCommand.Mail>(Parse($"{Mail} ENVID={new string('i', 100)}"));
        Assert.Equal(501, Refusal($"{Mail} ENVID={new string('i', 101)}").Code);
    }

    [Theory]
    [Requirement("R3461-5.1-c")]
    [InlineData("NOTIFY=success,Failure", DsnNotify.Success | DsnNotify.Failure, null)]
    [InlineData("NOTIFY=DELAY", DsnNotify.Delay, null)]
    [InlineData("notify=never orcpt=rfc822;Bob+2Bnews@local", DsnNotify.Never, "rfc822;Bob+news@local")]
    [InlineData("ORCPT=x400;/S=bob", null, "x400;/S+3Dbob")]
    public void What_a_sender_wants_to_hear_of_a_recipient_is_kept(
        string parameters, DsnNotify? notify, string? original)
    {
        var line = $"{Rcpt} {parameters}".Replace("/S=", "/S+3D", StringComparison.Ordinal);
        var (dialog, replies) = Play(Ehlo, Mail, line);

        Assert.Equal(Play(Ehlo, Mail, Rcpt).Replies[2].ToString(), replies[2].ToString());
        var kept = Assert.Single(dialog.Envelope!.Recipients).Parameters;
        Assert.Equal(
            (notify, original?.Replace("+3D", "=", StringComparison.Ordinal)), (kept.Notify, kept.OriginalRecipient));
    }

    [Theory]
    [Requirement("R3461-5.1-c")]
    [InlineData("NOTIFY=NEVER,SUCCESS")]
    [InlineData("NOTIFY=SUCCESS,NEVER")]
    [InlineData("NOTIFY=SUCCESS,")]
    [InlineData("NOTIFY=")]
    [InlineData("NOTIFY")]
    [InlineData("NOTIFY=FAILURE NOTIFY=DELAY")]
    [InlineData("ORCPT=bob")]
    [InlineData("ORCPT=;bob")]
    [InlineData("ORCPT=rfc822;")]
    [InlineData("ORCPT=rfc 822;bob")]
    [InlineData("ORCPT=rfc822;bo+0Db")]
    [InlineData("ORCPT=utf-8;b\u00C2\u0085x")]
    [InlineData("ORCPT=utf-8;b\u00E2\u0080\u00A8x")]
    [InlineData("ORCPT=utf-8;b\u00E2\u0080\u00AEx")]
    [InlineData("ORCPT=rfc822;b ORCPT=rfc822;b")]
    public void Faulty_parameters_of_RCPT_get_501(string parameters) =>
        Assert.Equal(501, Refusal($"{Rcpt} {parameters}").Code);

    [Fact]
    [Requirement("R6531-3.1-a", "R6531-3.1-b", "R9422-3-a", "R5321-2.2.2-a")]
    public void EHLO_lists_what_can_be_had() => Assert.Equal(
        [
            "mail.example.org", "PIPELINING", "SIZE 1000000", "8BITMIME", "SMTPUTF8", "CHUNKING", "BINARYMIME", "DSN",
            "LIMITS MAILMAX=100000 RCPTMAX=1000", "STARTTLS", "AUTH PLAIN LOGIN", "ENHANCEDSTATUSCODES", "HELP",
        ],
        [.. Play(Ehlo).Replies[0].Lines]);

    [Fact]
    [Requirement("R9422-3-a")]
    public void As_many_messages_as_the_limit_says_may_begin_and_no_more()
    {
        var settings = Default with { MaxMessages = 2 };
        var (_, replies) = Play(settings, Ehlo, Mail, "RSET", Mail, Mail, "RSET", Ehlo);

        Assert.Equal([250, 250, 250, 250, 421, 250, 250], replies.Select(it => it.Code));
        Assert.Equal(
            "421 4.7.0 mail.example.org No more than 2 messages in one session (smtp.max-messages), closing",
            replies[4].ToString());
    }

    [Fact]
    [Requirement("R3030-2-a", "R3030-2-c", "R3030-2-e", "R3030-3-a")]
    public void DATA_and_BDAT_do_not_mix()
    {
        Assert.Equal([250, 250, 250, 354], Codes(Ehlo, Mail, Rcpt, "DATA"));
        Assert.Equal([250, 250, 250, 250, 503, 503, 503, 250],
            Codes(Ehlo, Mail, Rcpt, "BDAT 5", "DATA", Rcpt, Mail, "RSET"));
        Assert.Equal([250, 250, 250, 250, 503], Codes(Ehlo, Mail, Rcpt, "BDAT 5 LAST", "BDAT 5 LAST"));
        Assert.Equal([250, 250, 250, 503, 250], Codes(Ehlo, $"{Mail} BODY=BINARYMIME", Rcpt, "DATA", "BDAT 0 LAST"));
    }

    [Theory]
    [Requirement("R3030-2-d", "S8")]
    [InlineData("503 5.5.1 MAIL FROM:<address> comes first", Ehlo)]
    [InlineData("503 5.5.1 No valid recipients: RCPT TO:<address> comes first", Ehlo, Mail)]
    [InlineData("552 5.3.4 The message is larger than the limit of 1000000 octets", Ehlo, Mail, Rcpt, "BDAT 999000")]
    public void The_octets_of_a_refused_chunk_are_thrown_away(string reply, params string[] before)
    {
        var (dialog, _) = Play(before);

        var step = Assert.IsType<SmtpStep.SkipChunk>(dialog.Accept(Parse("BDAT 1001")).Step);

        Assert.Equal((1001, reply), (step.Octets, Assert.Single(step.Replies).ToString()));
        Assert.IsType<SmtpStep.SkipChunk>(dialog.Accept(Parse("BDAT 1001")).Next.Accept(Parse("BDAT 1 LAST")).Step);
    }

    [Fact]
    [Requirement("R3030-2-d", "S8")]
    public void Behind_a_chunk_without_recipients_no_other_passes_for_a_message() => Assert.Equal(
        [250, 250, 503, 503, 503, 250],
        Codes(Ehlo, Mail, "BDAT 6", Rcpt, "BDAT 8 LAST", "RSET"));

    [Fact]
    [Requirement("R2033-4.2-b")]
    public void In_LMTP_a_last_chunk_for_nobody_is_not_answered()
    {
        var (dialog, _) = Play(Default with { IsLmtp = true }, "LHLO c.example", Mail);

        Assert.Single(Assert.IsType<SmtpStep.SkipChunk>(dialog.Accept(Parse("BDAT 9")).Step).Replies);
        Assert.Empty(Assert.IsType<SmtpStep.SkipChunk>(dialog.Accept(Parse("BDAT 9 LAST")).Step).Replies);
        Assert.Equal(503, ReplyOf(dialog.Accept(Parse("DATA")).Step).Code);
    }

    [Fact]
    [Requirement("R5321-3.1-a", "R5321-3.1-b", "R7504-3-a")]
    public void Where_no_mail_is_taken_there_is_QUIT_and_nothing_else()
    {
        var closed = Default with { Service = SmtpService.Closed };
        Assert.Equal("554 mail.example.org takes no mail at present", SmtpReplies.Greeting(closed).ToString());
        Assert.Equal([503, 503, 503, 503, 221], Codes(closed, Ehlo, Mail, "NOOP", "BDAT 9", "QUIT"));

        var never = Default with { Service = SmtpService.Never };
        Assert.Equal("521 mail.example.org takes no mail", SmtpReplies.Greeting(never).ToString());
        Assert.Equal([521, 521, 221], Codes(never, Ehlo, "FOO", "QUIT"));
    }

    [Fact]
    public void A_front_end_that_is_trusted_speaks_for_a_client()
    {
        var access = Clear with { MaySpeakForOthers = true };
        var dialog = new SmtpDialog(Default, access);
        Assert.Contains("XCLIENT NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT",
            ReplyOf(dialog.Accept(Parse(Ehlo)).Step).Lines);

        var line = "XCLIENT NAME=[UNAVAILABLE] ADDR=IPV6:2001:db8::1 PORT=4711 "
            + "PROTO=ESMTP HELO=far+2Eexample LOGIN=bob";
        var step = Assert.IsType<SmtpStep.BecomeClient>(dialog.Accept(Parse(line)).Step);
        Assert.Equal(
            new XclientAttributes
            {
                Address = IPAddress.Parse("2001:db8::1"),
                Port = 4711,
                Helo = "far.example",
                IsExtended = true,
                Login = "bob",
            },
            step.Attributes);

        var client = dialog.StartFor(Clear, step.Attributes);
        Assert.Equal(("far.example", true), (client.HeloName, client.IsExtended));
        Assert.Equal(new MailAddress("bob", "example.org"), client.Identity!.Address);
        Assert.Equal(550, ReplyOf(client.Accept(Parse(line)).Step).Code);
    }

    [Theory]
    [InlineData("XCLIENT ADDR=192.0.2")]
    [InlineData("XCLIENT ADDR=2001:db8::1")]
    [InlineData("XCLIENT PORT=65536")]
    [InlineData("XCLIENT PROTO=HTTP")]
    [InlineData("XCLIENT FOO=1")]
    [InlineData("XCLIENT ADDR")]
    [InlineData("XCLIENT =1")]
    [InlineData("XCLIENT HELO=a+20b")]
    [InlineData("XCLIENT HELO=a+0Ab")]
    public void Faulty_attributes_of_XCLIENT_get_501(string line) => Assert.Equal(501, Refusal(line).Code);

    [Fact]
    public void XCLIENT_waits_for_the_end_of_a_transaction()
    {
        var dialog = new SmtpDialog(Default, Clear with { MaySpeakForOthers = true });
        var open = dialog.Accept(Parse(Ehlo)).Next.Accept(Parse(Mail)).Next;

        Assert.Equal(503, ReplyOf(open.Accept(Parse("XCLIENT ADDR=192.0.2.7")).Step).Code);
        Assert.Equal(501, ReplyOf(dialog.Accept(Parse("XCLIENT LOGIN=a@b@c")).Step).Code);
    }

    [Theory]
    [Requirement("S11")]
    [InlineData("VRFY bob", "252 2.0.0 Addresses are checked at RCPT, not here")]
    [InlineData("VRFY nosuch@elsewhere", "252 2.0.0 Addresses are checked at RCPT, not here")]
    [InlineData("EXPN staff", "502 5.5.1 EXPN is not done here")]
    public void Strangers_learn_nothing_of_addresses(string line, string reply)
    {
        Assert.Equal(reply, Play(Ehlo, line).Replies[1].ToString());
        Assert.Equal(reply, Play(Default with { VerifiesForUsers = true }, Ehlo, line).Replies[1].ToString());
    }

    [Fact]
    public void Users_who_have_logged_in_may_be_told()
    {
        var settings = Default with { VerifiesForUsers = true };
        var address = new MailAddress("ann", "example.org");
        Assert.True(MailboxName.TryFrom(address, out var mailbox));
        var dialog = Play(settings, Ehlo).Dialog.AcceptLogin(new LoginIdentity(mailbox, address)).Next;

        Assert.Contains("EXPN", ReplyOf(dialog.Accept(Parse(Ehlo, settings)).Step).Lines);
        Assert.Equal(
            new SmtpStep.Expand(new MailAddress("bob", "example.org"), IsList: false, IsUtf8: true),
            dialog.Accept(Parse("VRFY bob SMTPUTF8", settings)).Step);
        Assert.Equal(
            new SmtpStep.Expand(new MailAddress("staff", "local"), IsList: true, IsUtf8: false),
            dialog.Accept(Parse("EXPN <staff@local>", settings)).Step);
        Assert.Equal(501, ReplyOf(dialog.Accept(Parse("VRFY Bob Example", settings)).Step).Code);
    }

    [Fact]
    [Requirement("R6531-3.7.4.2-a")]
    public void Replies_hold_UTF_8_only_where_it_was_asked_for()
    {
        ImmutableArray<MailAddress> addresses = [new("d\u00E9j\u00E0", "example.org")];

        Assert.Equal("250 2.1.5 <\u00E9@x>", SmtpReply.InUtf8(250, "2.1.5", "<\u00E9@x>").ToString());
        Assert.Equal("250 2.1.5 <?@x>", new SmtpReply(250, "2.1.5", "<\u00E9@x>").ToString());
        Assert.Equal("250 2.1.5 a???b", SmtpReply.InUtf8(250, "2.1.5", "a\u0085\u2028\u202Eb").ToString());
        Assert.Equal("2.6.8", SmtpReplies.Addresses(Default, addresses, isUtf8: false).Enhanced);
        Assert.Contains('\u00E9', SmtpReplies.Addresses(Default, addresses, isUtf8: true).Lines[0]);
    }

    [Fact]
    public void A_reply_in_UTF_8_is_cut_between_characters_at_512_octets()
    {
        var sent = Sent(SmtpReply.InUtf8(250, "2.1.5", new string('\u20AC', 400)));

        Assert.InRange(sent.Length, 508, 512);
        Assert.EndsWith("\u00E2\u0082\u00AC\r\n", sent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EHLO me.example.net", "HELP")]
    [InlineData("MAIL FROM:<address>", Ehlo, "HELP")]
    [InlineData("RCPT TO:<address>", Ehlo, Mail, "HELP")]
    [InlineData("RCPT TO:<address>, or DATA, or BDAT", Ehlo, Mail, Rcpt, "HELP")]
    [InlineData("BDAT with more of the message, or RSET", Ehlo, Mail, Rcpt, "BDAT 1", "HELP")]
    public void HELP_says_what_gets_on(string now, params string[] lines) =>
        Assert.Equal($"Now: {now}", Play(lines).Replies[^1].Lines[^1]);
}
