using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Smtp;
using ActorMail.Tests;
using static ActorMail.Protocols.Tests.Smtp.SmtpTesting;

namespace ActorMail.Protocols.Tests.Smtp;

/// <summary>What TLS, logins and submission change in a dialog, without anybody to wait for.</summary>
public sealed class SmtpSecurityTests
{
    private static readonly SmtpSettings Submission = Default with
    {
        IsSubmission = true,
        MaySend = (login, sender) => sender == login.Address,
        ShortDomains = ["localhost"],
    };

    private static LoginIdentity Bob
    {
        get
        {
            Assert.True(MailboxName.TryFromValue("bob@example.org", out var mailbox));
            return new LoginIdentity(mailbox, new MailAddress("bob", "example.org"));
        }
    }

    [Theory]
    [Requirement("R4954-8-a")]
    [InlineData("AUTH PLAIN", null)]
    [InlineData("auth plain AGEAYg==", "AGEAYg==")]
    [InlineData("AUTH PLAIN =", "=")]
    public void A_login_names_its_mechanism_and_may_have_an_initial_response(string line, string? initial)
    {
        var auth = Assert.IsType<SmtpCommand.Auth>(Parse(line));
        Assert.Equal("PLAIN", auth.Mechanism, ignoreCase: true);
        Assert.Equal(initial, auth.InitialResponse?.Value);
        Assert.DoesNotContain("AGEA", auth.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("R3207-4-a", "R4954-4-c")]
    [InlineData("STARTTLS now", "501 5.5.4 Syntax: STARTTLS, and nothing behind it")]
    [InlineData("AUTH", "501 5.5.4 Syntax: AUTH mechanism [initial-response]")]
    [InlineData("AUTH PLAIN a b", "501 5.5.4 Syntax: AUTH mechanism [initial-response]")]
    public void Wrong_syntax_is_refused_whatever_the_state(string line, string reply) =>
        Assert.Equal(reply, Refusal(line).ToString());

    [Theory]
    [Requirement("R4954-5-a")]
    [InlineData("AUTH=<>", true)]
    [InlineData("AUTH=e+3Dmc2@x.example", true)]
    [InlineData("AUTH=bad+G1", false)]
    [InlineData("AUTH=bad+3", false)]
    [InlineData("AUTH=bad+3d", false)]
    [InlineData("AUTH=<> AUTH=<>", false)]
    public void Who_submitted_the_message_elsewhere_may_be_told(string parameter, bool isTaken) =>
        Assert.Equal(isTaken, Parse($"MAIL FROM:<a@x> {parameter}") is SmtpCommand.Mail);

    [Fact]
    [Requirement("R3207-4.2-b", "R4954-3-a", "A8")]
    public void EHLO_offers_what_can_be_had_now()
    {
        string[] Offer(SmtpAccess access, LoginIdentity? login = null) =>
            [.. SmtpReplies.Ehlo(Default, access, login).Lines];
        Assert.Contains("STARTTLS", Offer(Clear));
        Assert.Contains("AUTH PLAIN LOGIN", Offer(Clear));
        Assert.DoesNotContain("STARTTLS", Offer(Clear with { CanStartTls = false, IsSecure = true }));
        Assert.DoesNotContain("STARTTLS", Offer(Clear, Bob));
        Assert.DoesNotContain(Offer(Clear, Bob), line => line.StartsWith("AUTH", StringComparison.Ordinal));
        Assert.DoesNotContain(
            Offer(new SmtpAccess { CanStartTls = true }), line => line.StartsWith("AUTH", StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("R3207-4.2-a", "T2", "S3")]
    public void Under_TLS_nothing_is_known_of_what_was_said()
    {
        var (dialog, _) = Play("EHLO c", "MAIL FROM:<a@x>", "RCPT TO:<bob@x>");
        Assert.IsType<SmtpStep.BeginTls>(dialog.Accept(SmtpCommand.StartTls.Instance).Step);
        var secure = dialog.StartAnew(Clear with { CanStartTls = false, IsSecure = true });
        Assert.Null(secure.HeloName);
        Assert.Null(secure.Envelope);
        Assert.Equal(503, CodeOf(secure, "MAIL FROM:<a@x>"));
        Assert.Equal(503, CodeOf(secure, "RCPT TO:<bob@x>"));
    }

    [Fact]
    [Requirement("R3207-4.2-b", "R3207-4-d", "T2")]
    public void TLS_is_begun_once_and_before_the_login()
    {
        var (dialog, _) = Play("EHLO c");
        Assert.Equal(503, CodeOf(dialog.StartAnew(Clear with { IsSecure = true, CanStartTls = false }), "STARTTLS"));
        Assert.Equal(503, CodeOf(dialog.AcceptLogin(Bob).Next, "STARTTLS"));
        Assert.Equal(454, CodeOf(new SmtpDialog(Default, new SmtpAccess()), "STARTTLS"));
    }

    [Fact]
    [Requirement("R4954-4-a", "R4954-4-b", "R4954-4-c", "A9")]
    public void A_login_comes_once_behind_EHLO_and_before_a_transaction()
    {
        var (dialog, _) = Play("EHLO c");
        Assert.IsType<SmtpStep.BeginLogin>(dialog.Accept(Parse("AUTH plain")).Step);
        Assert.Equal(504, CodeOf(dialog, "AUTH FOOBAR"));
        Assert.Equal(503, CodeOf(dialog.AcceptLogin(Bob).Next, "AUTH PLAIN"));
        Assert.Equal([250, 503], Codes("HELO c", "AUTH PLAIN"));
        Assert.Equal([503], Codes("AUTH PLAIN"));
        var (inside, _) = Play("EHLO c", "MAIL FROM:<a@x>");
        Assert.Equal(503, CodeOf(inside, "AUTH PLAIN"));
        Assert.IsType<SmtpStep.Resolve>(inside.Accept(Parse("RCPT TO:<bob@x>")).Step);
    }

    [Fact]
    [Requirement("R4954-4-k", "R8314-4.1-a", "A8")]
    public void Where_the_network_may_listen_no_login_is_taken()
    {
        var dialog = new SmtpDialog(Default, new SmtpAccess { CanStartTls = true });
        (dialog, _) = dialog.Accept(Parse("EHLO c"));
        Assert.Equal(538, CodeOf(dialog, "AUTH PLAIN AGEAYg=="));
        Assert.Equal(538, CodeOf(dialog, "AUTH FOOBAR"));
    }

    [Fact]
    [Requirement("R4954-9-a")]
    public void After_three_failed_logins_the_next_one_ends_the_session()
    {
        var (dialog, _) = Play("EHLO c");
        for (var i = 0; i < 3; i++)
        {
            Assert.IsType<SmtpStep.BeginLogin>(dialog.Accept(Parse("AUTH PLAIN")).Step);
            (dialog, var reply) = dialog.FailLogin();
            Assert.Equal("535 5.7.8 Wrong user or password", reply.ToString());
            (dialog, _) = dialog.Accept(Parse(i == 0 ? "RSET" : "EHLO c"));
        }

        Assert.Equal(250, CodeOf(dialog, "NOOP"));
        Assert.Equal(421, ReplyOf(Assert.IsType<SmtpStep.Goodbye>(dialog.Accept(Parse("AUTH PLAIN")).Step)).Code);
    }

    [Fact]
    [Requirement("R4954-6-a", "R6409-4.3-a", "R3")]
    public void Submission_takes_nothing_before_a_login()
    {
        var dialog = new SmtpDialog(Submission, Clear);
        (dialog, _) = dialog.Accept(Parse("EHLO c"));
        string[] refused = ["MAIL FROM:<bob@example.org>", "MAIL FROM:<>", "RCPT TO:<bob@x>", "DATA", "VRFY bob"];
        const string LoginFirst = "530 5.7.0 Authentication required: log in with AUTH first";
        Assert.All(refused, line => Assert.Equal(LoginFirst, ReplyOf(dialog.Accept(Parse(line)).Step).ToString()));
        string[] taken = ["NOOP", "RSET", "HELO c", "EHLO c", "HELP", "QUIT"];
        Assert.All(taken, line => Assert.True(CodeOf(dialog, line) < 400));
        Assert.IsType<SmtpStep.BeginLogin>(dialog.Accept(Parse("AUTH PLAIN")).Step);
    }

    [Fact]
    [Requirement("R3207-4-b", "R3207-4-c", "R3207-6-b")]
    public void Where_TLS_is_demanded_nothing_is_taken_in_clear()
    {
        Assert.Equal([250, 250], Codes("EHLO c", "MAIL FROM:<a@x>"));
        var settings = Default with { RequireTls = true };
        Assert.Equal([250, 530, 530, 250, 221], Codes(settings, "EHLO c", "MAIL FROM:<a@x>", "DATA", "NOOP", "QUIT"));
        var secure = new SmtpDialog(settings, Clear with { IsSecure = true, CanStartTls = false });
        (secure, _) = secure.Accept(Parse("EHLO c"));
        Assert.Equal(250, CodeOf(secure, "MAIL FROM:<a@x>"));
    }

    [Theory]
    [Requirement("R6409-3.2-a", "R6409-6.1-a", "R6409-4.2-a", "R3")]
    [InlineData("MAIL FROM:<bob@example.org>", 250)]
    [InlineData("MAIL FROM:<>", 250)]
    [InlineData("MAIL FROM:<ann@example.org>", 553)]
    [InlineData("MAIL FROM:<bob@sales>", 501)]
    public void Who_has_logged_in_sends_as_himself(string line, int code)
    {
        var (dialog, _) = LoggedIn().Accept(Parse("EHLO c"));
        Assert.Equal(code, CodeOf(dialog, line));
    }

    [Theory]
    [Requirement("R6409-4.2-a")]
    [InlineData("RCPT TO:<bob@sales>", false)]
    [InlineData("RCPT TO:<bob@localhost>", true)]
    [InlineData("RCPT TO:<bob@[127.0.0.1]>", true)]
    [InlineData("RCPT TO:<postmaster>", true)]
    public void Submission_wants_whole_domains(string line, bool isTaken)
    {
        var (dialog, _) = LoggedIn().Accept(Parse("EHLO c"));
        (dialog, _) = dialog.Accept(Parse("MAIL FROM:<bob@example.org>"));
        var (_, step) = dialog.Accept(Parse(line));
        Assert.Equal(isTaken, step is SmtpStep.Resolve);
        if (!isTaken)
            Assert.Equal(501, ReplyOf(step).Code);
    }

    [Fact]
    [Requirement("R6409-6.1-a")]
    public void Without_the_check_of_senders_any_address_will_do()
    {
        var dialog = new SmtpDialog(Submission with { MaySend = null }, Clear).AcceptLogin(Bob).Next;
        (dialog, _) = dialog.Accept(Parse("EHLO c"));
        Assert.Equal(250, CodeOf(dialog, "MAIL FROM:<ann@example.org>"));
    }

    [Fact]
    public void The_basic_profile_has_neither() =>
        Assert.All(["STARTTLS", "AUTH PLAIN"], line => Assert.Equal(502, Refusal(line, Basic).Code));

    [Fact]
    public void The_ids_of_messages_have_a_domain()
    {
        Assert.Equal("mail.example.org", Default.DomainOfIds);
        Assert.Equal("example.org", (Default with { Hostname = "[127.0.0.1]" }).DomainOfIds);
    }

    private static SmtpDialog LoggedIn() => new SmtpDialog(Submission, Clear).AcceptLogin(Bob).Next;

    private static int CodeOf(SmtpDialog dialog, string line) => ReplyOf(dialog.Accept(Parse(line)).Step).Code;
}
