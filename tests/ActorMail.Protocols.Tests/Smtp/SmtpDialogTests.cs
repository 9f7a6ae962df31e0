using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Smtp;
using ActorMail.Tests;
using static ActorMail.Protocols.Tests.Smtp.SmtpTesting;

namespace ActorMail.Protocols.Tests.Smtp;

public sealed class SmtpDialogTests
{
    private const string Ehlo = "EHLO c.example";
    private const string Mail = "MAIL FROM:<a@x.example>";
    private const string Rcpt = "RCPT TO:<bob@local>";
    private const string BadRcpt = "RCPT TO:<nosuch@x>";

    [Fact]
    [Requirement("R5321-3.3-b", "R5321-4.1.1.4-a", "R5321-4.1.1.10-a", "R2920-3.2-a")]
    public void A_message_takes_EHLO_MAIL_RCPT_DATA()
    {
        var (dialog, replies) = Play(Ehlo, Mail, Rcpt, "DATA", "QUIT");

        Assert.Equal(
            [
                "250 2.1.0 Sender <a@x.example> OK",
                "250 2.1.5 Recipient <bob@local> OK",
                "354 Send the message; end it with <CRLF>.<CRLF>",
                "221 2.0.0 mail.example.org Goodbye",
            ],
            replies[1..].Select(it => it.ToString()));
        Assert.Equal(("c.example", true, true), (dialog.HeloName, dialog.IsExtended, dialog.Envelope is not null));
        Assert.Equal(new MailAddress("a", "x.example"), dialog.Envelope!.ReversePath);
        Assert.Equal(["bob@local"], dialog.Envelope!.Mailboxes.Select(it => it.Value));
    }

    [Fact]
    [Requirement("R5321-4.1.1.3-d", "R2920-3.2-a")]
    public void A_refused_recipient_leaves_the_others() =>
        Assert.Equal([250, 250, 250, 550, 250, 354],
            Codes(Ehlo, Mail, "RCPT TO:<ann@local>", "RCPT TO:<nosuch@local>", Rcpt, "DATA"));

    [Theory]
    [Requirement("R5321-3.3-b", "R5321-3.3-c", "R5321-4.1.4-e", "R5321-4.1.4-g", "R5321-4.1.4-f", "R2920-3.2-b",
        "R2920-3.2-f", "S3")]
    [InlineData("503 5.5.1 EHLO or HELO comes first, such as EHLO me.example.net", Mail)]
    [InlineData("503 5.5.1 MAIL FROM:<address> comes first", Rcpt)]
    [InlineData("503 5.5.1 MAIL FROM:<address> comes first", Ehlo, Rcpt)]
    [InlineData("503 5.5.1 MAIL FROM:<address> comes first", "DATA")]
    [InlineData("503 5.5.1 MAIL FROM:<address> comes first", Ehlo, "DATA")]
    [InlineData("503 5.5.1 No valid recipients: RCPT TO:<address> comes first", Ehlo, Mail, "DATA")]
    [InlineData("503 5.5.1 No valid recipients: RCPT TO:<address> comes first", Ehlo, Mail, BadRcpt, "DATA")]
    [InlineData("503 5.5.1 MAIL FROM:<address> comes first", Ehlo, "MAIL FROM:<a@>", Rcpt)]
    [InlineData("503 5.5.1 MAIL FROM:<address> comes first", Ehlo, "MAIL FROM:<a@x", Rcpt)]
    [InlineData("503 5.5.1 There is a sender already; RSET starts anew", Ehlo, Mail, "MAIL FROM:<b@x>")]
    public void A_command_out_of_order_gets_503(string reply, params string[] lines) =>
        Assert.Equal(reply, Play(lines).Replies[^1].ToString());

    [Fact]
    [Requirement("R5321-4.1.4-e", "R5321-4.1.4-f", "R5321-4.1.4-g", "S3")]
    public void What_is_out_of_order_or_misspelled_changes_nothing()
    {
        Assert.Equal([503, 250, 250], Codes(Mail, Ehlo, Mail));
        Assert.Equal([250, 501, 503, 250], Codes(Ehlo, "MAIL FROM:<a@>", Rcpt, Mail));

        var (dialog, replies) = Play(Ehlo, Mail, "MAIL FROM:<b@y.example>", "DATA", Rcpt, "RCPT TO:<>", "DATA");

        Assert.Equal([250, 250, 503, 503, 250, 501, 354], replies.Select(it => it.Code));
        Assert.Equal(new MailAddress("a", "x.example"), dialog.Envelope!.ReversePath);
    }

    [Theory]
    [Requirement("R5321-4.1.1.5-a", "R5321-4.1.1.2-a", "R5321-4.1.4-b", "S3")]
    [InlineData("RSET")]
    [InlineData("EHLO other.example")]
    [InlineData("HELO other.example")]
    public void RSET_and_a_new_introduction_forget_the_transaction(string line)
    {
        var (dialog, replies) = Play(Ehlo, "MAIL FROM:<a@x> SIZE=9 BODY=8BITMIME", "RCPT TO:<ann@local>", line);

        Assert.Equal(250, replies[^1].Code);
        Assert.Null(dialog.Envelope);
        Assert.Equal([250, 250, 250, 250, 503, 503, 250, 250, 354],
            Codes(Ehlo, Mail, Rcpt, line, "DATA", Rcpt, "MAIL FROM:<b@x>", Rcpt, "DATA"));
    }

    [Fact]
    [Requirement("R5321-4.1.1.4-e", "S3")]
    public void The_end_of_the_data_ends_the_transaction_and_keeps_the_introduction()
    {
        var dialog = Play(Ehlo, Mail, Rcpt, "DATA").Dialog.EndTransaction();

        Assert.IsType<SmtpStep.Answer>(dialog.Accept(Parse("DATA")).Step);
        Assert.IsType<SmtpStep.Answer>(dialog.Accept(Parse(Rcpt)).Step);
        Assert.Equal(("c.example", true), (dialog.HeloName, dialog.IsExtended));
        Assert.NotNull(dialog.Accept(Parse(Mail)).Next.Envelope);
    }

    [Theory]
    [Requirement("R5321-4.1.4-c", "R5321-2.2.1-b")]
    [InlineData("EHLO")]
    [InlineData("HELO")]
    [InlineData("EHLO a b")]
    public void A_refused_introduction_changes_nothing(string line) =>
        Assert.Equal([250, 250, 250, 501, 354], Codes(Ehlo, Mail, Rcpt, line, "DATA"));

    [Theory]
    [Requirement("R5321-4.1.1.6-a", "R5321-4.1.4-a", "R5321-4.1.1.9-a", "S12")]
    [InlineData("NOOP", 250)]
    [InlineData("VRFY bob", 252)]
    [InlineData("HELP", 214)]
    [InlineData("EXPN staff", 502)]
    [InlineData("FOO", 500)]
    [InlineData("", 500)]
    [InlineData("RSET x", 501)]
    [InlineData("QUIT x", 501)]
    public void Other_commands_leave_the_transaction_alone_and_need_none(string line, int code)
    {
        Assert.Equal([code], Codes(line));
        Assert.Equal([250, code, 250, code, 250, code, 354], Codes(Ehlo, line, Mail, line, Rcpt, line, "DATA"));
    }

    [Fact]
    [Requirement("R5321-4.1.1.5-b")]
    public void RSET_never_ends_the_session() =>
        Assert.Equal(Enumerable.Repeat(250, 21), Codes([.. Enumerable.Repeat("RSET", 20), "NOOP"]));

    [Theory]
    [Requirement("R5321-3.8-a", "R5321-4.1.1.10-a", "R5321-4.1.1.10-c")]
    [InlineData("FOO", false)]
    [InlineData("", false)]
    [InlineData("MAIL FROM:<bad", false)]
    [InlineData("QUIT x", false)]
    [InlineData("QUIT", true)]
    public void Only_QUIT_is_answered_with_goodbye(string line, bool isGoodbye) =>
        Assert.Equal(isGoodbye, Play(Ehlo, Mail, Rcpt).Dialog.Accept(Parse(line)).Step is SmtpStep.Goodbye);

    [Fact]
    [Requirement("R5321-4.5.3.1.8-a", "R5321-4.5.3.1.8-b", "R5321-4.5.3.1.10-a", "S4")]
    public void The_recipient_beyond_the_limit_gets_452_and_the_others_stay()
    {
        var settings = Default with { MaxRecipients = 100 };
        var rcpts = Enumerable.Range(0, 101).Select(n => $"RCPT TO:<user{n}@local>");

        var (dialog, replies) = Play(settings, [Ehlo, Mail, .. rcpts, "DATA"]);

        Assert.All(replies[2..102], it => Assert.Equal(250, it.Code));
        Assert.Equal(
            "452 4.5.3 No more than 100 recipients; send to the others in another transaction",
            replies[102].ToString());
        Assert.Equal(354, replies[103].Code);
        Assert.Equal(100, dialog.Envelope!.Mailboxes.Length);
    }

    [Fact]
    [Requirement("S13", "R5321-4.1.1.3-c")]
    public void Each_mailbox_gets_one_copy_however_often_it_was_named()
    {
        var (dialog, replies) = Play(
            Ehlo, Mail, "RCPT TO:<staff@example.org>", "RCPT TO:<eve@local>", "RCPT TO:<BOB@example.org>",
            "RCPT TO:<eve@local>");

        Assert.All(replies, it => Assert.Equal(250, it.Code));
        Assert.Equal(4, dialog.Envelope!.Recipients.Length);
        Assert.Equal(
            ["ann@example.org", "bob@example.org", "eve@local"], dialog.Envelope.Mailboxes.Select(it => it.Value));
    }

    [Theory]
    [Requirement("R5321-3.5.1-a", "R5321-3.5.1-b", "R5321-3.5.3-a", "R5321-3.5.3-b", "R5321-7.3-a", "S11")]
    [InlineData("VRFY bob")]
    [InlineData("VRFY nosuch")]
    [InlineData("VRFY bob@local")]
    [InlineData("VRFY <bob@remote.example>")]
    public void VRFY_answers_the_same_for_everybody(string line) =>
        Assert.Equal("252 2.0.0 Addresses are checked at RCPT, not here", Play(line).Replies[0].ToString());

    [Fact]
    [Requirement("R5321-4.1.4-d")]
    public void The_name_in_EHLO_is_not_checked() =>
        Assert.Equal([250, 250, 250, 354], Codes("EHLO not.me.invalid", Mail, Rcpt, "DATA"));

    [Fact]
    [Requirement("R5321-2.2.1-b", "R5321-4.4-i")]
    public void The_basic_profile_refuses_EHLO_and_needs_no_HELO()
    {
        var (dialog, replies) = Play(
            Basic, "EHLO [127.0.0.1]", "MAIL FROM:<alice>", "RCPT TO:<bob>", "DATA", "HELO [127.0.0.1]", "QUIT");

        Assert.Equal(
            [
                "502 Command not implemented",
                "250 Sender <alice> OK",
                "250 Recipient <bob> OK",
                "354 Send the message; end it with <CRLF>.<CRLF>",
                "250 mail.example.org",
                "221 mail.example.org Goodbye",
            ],
            replies.Select(it => it.ToString()));
        Assert.Equal(("[127.0.0.1]", false), (dialog.HeloName, dialog.IsExtended));
    }

    [Fact]
    public void A_dialog_is_a_value_and_older_ones_stay_as_they_were()
    {
        var before = Play(Ehlo, Mail).Dialog;
        var address = new MailAddress("bob", "local");
        Assert.True(MailboxName.TryFrom(address, out var mailbox));

        var (after, _) = before.AddRecipient(new SmtpRecipient(address, RcptParameters.None, [mailbox]));

        Assert.Empty(before.Envelope!.Recipients);
        Assert.Equal(mailbox, Assert.Single(Assert.Single(after.Envelope!.Recipients).Mailboxes));
    }
}
