using System.Collections.Immutable;
using System.Reflection;
using System.Text.RegularExpressions;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Smtp;
using ActorMail.Protocols.Wire;
using ActorMail.Tests;
using static ActorMail.Protocols.Tests.Smtp.SmtpTesting;

namespace ActorMail.Protocols.Tests.Smtp;

/// <summary>What holds for all replies that the server has.</summary>
public sealed partial class SmtpRepliesTests
{
    /// <summary>RFC 5321 §4.2.3, and those of STARTTLS and AUTH (RFC 3207 §4, RFC 4954 §6).</summary>
    private static readonly int[] RegisteredCodes =
    [
        211, 214, 220, 221, 250, 251, 252, 354, 421, 450, 451, 452, 455, 500, 501, 502, 503, 504, 550, 551, 552, 553,
        554, 555, 235, 334, 454, 530, 535, 538,
    ];

    private static readonly string[] Lines =
    [
        "HELO c", "EHLO c", "EHLO", "MAIL FROM:<>", "MAIL FROM:<a@x> SIZE=9", "RCPT TO:<b@x>", "RCPT TO:<bob>", "DATA",
        "RSET", "RSET x", "NOOP", "VRFY a", "VRFY", "HELP", "HELP MAIL", "HELP nothing", "QUIT", "QUIT x", "",
        "FOO", "AUTH", "AUTH X", "AUTH PLAIN x y", "STARTTLS", "STARTTLS x",
        "BDAT", "BDAT 9", "EXPN a", "LHLO c", "XCLIENT ADDR=127.0.0.1", "MIAL",
        "MAIL", "MAIL FROM:<a>", "MAIL FROM:<a@>", "MAIL FROM:<a@x> FOO", "MAIL FROM:<a@x> SIZE=x", "RCPT TO:<a@>",
        "MAIL FROM:<a@x> SIZE=1 SIZE=1", "MAIL FROM:<a@x> SIZE=99999999", "MAIL FROM:<\u00E9@x>", "NOOP \0", "GET /",
    ];

    [Fact]
    [Requirement("R5321-4.2-b", "R5321-4.2-c", "R5321-4.2-d", "R5321-4.2.1-a", "R5321-4.5.3.1.5-a", "R5321-2.3.8-b")]
    public void Replies_are_well_formed_and_have_registered_codes() =>
        Assert.All([.. All(Default), .. All(Basic)], reply =>
        {
            SmtpReplyTests.AssertWellFormed(reply);
            Assert.Contains(reply.Code, RegisteredCodes);
        });

    [Fact]
    [Requirement("R2034-4-a", "R2034-4-b", "R3463-2-a")]
    public void Enhanced_codes_stand_in_all_replies_but_greetings_and_354() =>
        Assert.All(All(Default), reply =>
        {
            if (reply.Enhanced is { } enhanced)
            {
                Assert.Matches(EnhancedCode(), enhanced);
                Assert.Equal(reply.Code / 100, enhanced[0] - '0');
            }
            else
            {
                Assert.True(reply.Code is 220 or 354 || (reply.Code == 250 && reply.Lines[0] == Default.Hostname));
            }
        });

    [Fact]
    public void The_basic_profile_has_no_enhanced_codes() =>
        Assert.All(All(Basic), reply => Assert.Null(reply.Enhanced));

    [Fact]
    [Requirement("R2034-4-c")]
    public void Enhanced_codes_are_sent_after_HELO_too() =>
        Assert.Equal("550 5.1.1 There is no mailbox <nosuch@local> here",
            Play("HELO c", "MAIL FROM:<>", "RCPT TO:<nosuch@local>").Replies[^1].ToString());

    [Fact]
    [Requirement("R5321-4.3.1-a", "R5321-4.1.1.1-a", "R5321-3.8-b")]
    public void Replies_220_221_and_421_name_the_host() =>
        Assert.All([.. All(Default), .. All(Basic)], reply =>
            Assert.Equal(reply.Code is 220 or 221 or 421,
                reply.Lines[0].StartsWith(Default.Hostname + " ", StringComparison.Ordinal)));

    [Fact]
    [Requirement("S11")]
    public void The_greeting_tells_the_name_and_no_version()
    {
        Assert.Equal("220 mail.example.org ESMTP ActorMail ready", SmtpReplies.Greeting(Default).ToString());
        Assert.Equal("220 mail.example.org SMTP ActorMail ready", SmtpReplies.Greeting(Basic).ToString());
    }

    [Fact]
    [Requirement("R5321-2.2.1-a", "R5321-2.2.2-a", "R5321-2.4-e", "R5321-3.5.2-a", "R5321-4.1.1.1-a", "R5321-4.1.1.1-b",
        "R5321-4.1.1.1-d", "R1870-4-a")]
    public void EHLO_lists_what_is_offered()
    {
        Assert.Equal(
            "250-mail.example.org\r\n250-PIPELINING\r\n250-SIZE 1000000\r\n250-8BITMIME\r\n"
            + "250-SMTPUTF8\r\n250-CHUNKING\r\n250-BINARYMIME\r\n250-DSN\r\n"
            + "250-LIMITS MAILMAX=100000 RCPTMAX=1000\r\n250-ENHANCEDSTATUSCODES\r\n250 HELP\r\n",
            Sent(SmtpReplies.Ehlo(Default, new SmtpAccess(), login: null)));
    }

    [Fact]
    [Requirement("R5321-3.2-a")]
    public void HELO_lists_nothing() => Assert.Equal("250 mail.example.org\r\n", Sent(SmtpReplies.Helo(Default)));

    [Theory]
    [Requirement("R5321-4.2.4-b", "R5321-4.5.1-a", "R5321-4.3.2-a", "R5321-4.1.1.8-a")]
    [InlineData("EHLO c")]
    [InlineData("HELO c")]
    [InlineData("MAIL FROM:<a@x>")]
    [InlineData("RCPT TO:<a@x>")]
    [InlineData("DATA")]
    [InlineData("RSET")]
    [InlineData("NOOP")]
    [InlineData("QUIT")]
    [InlineData("VRFY a")]
    [InlineData("HELP")]
    public void No_command_that_is_required_or_listed_gets_500_or_502(string line)
    {
        string[][] befores =
            [[], ["HELO c"], ["EHLO c"], ["EHLO c", "MAIL FROM:<>"], ["EHLO c", "MAIL FROM:<>", "RCPT TO:<a@x>"]];

        Assert.All(befores, before => Assert.False(Codes([.. before, line])[^1] is 500 or 502));
    }

    [Theory]
    [Requirement("R5321-4.3.1-b")]
    [InlineData("MAIL", 250, 552, 451, 452, 550, 553, 503, 455, 555, 501)]
    [InlineData("RCPT", 250, 251, 550, 551, 552, 553, 450, 451, 452, 503, 455, 555, 501)]
    [InlineData("DATA", 354, 503, 554, 501)]
    [InlineData("HELP", 211, 214, 502, 504)]
    [InlineData("VRFY", 250, 251, 252, 550, 551, 553, 502, 504, 501)]
    public void The_replies_to_a_command_stay_within_the_table(string verb, params int[] codes) =>
        Assert.All(
            from line in Lines
            where line.StartsWith(verb, StringComparison.Ordinal)
            from before in new string[][] { [], ["EHLO c"], ["EHLO c", "MAIL FROM:<>"] }
            select Codes([.. before, line])[^1],
            code => Assert.Contains(code, codes));

    [Theory]
    [Requirement("R5321-4.2.1-b")]
    [InlineData("452 4.3.1", nameof(SmtpReplies.NoSpaceForMail))]
    [InlineData("452 4.3.1", nameof(SmtpReplies.StorageFull))]
    [InlineData("451 4.3.0", nameof(SmtpReplies.DeliveryFailed))]
    [InlineData("451 4.3.0", nameof(SmtpReplies.RecipientNotResolved))]
    [InlineData("452 4.5.3", nameof(SmtpReplies.TooManyRecipients))]
    [InlineData("550 5.1.1", nameof(SmtpReplies.RecipientUnknown))]
    [InlineData("550 5.7.1", nameof(SmtpReplies.RelayDenied))]
    [InlineData("552 5.3.4", nameof(SmtpReplies.MessageTooLarge))]
    [InlineData("554 5.6.11", nameof(SmtpReplies.BareLineEnd))]
    [InlineData("554 5.4.6", nameof(SmtpReplies.MailLoop))]
    [InlineData("500 5.5.2", nameof(SmtpReplies.LineTooLong))]
    [InlineData("250 2.0.0", nameof(SmtpReplies.Accepted))]
    [InlineData("421 4.4.2", nameof(SmtpReplies.TimedOut))]
    [InlineData("421 4.3.2", nameof(SmtpReplies.ShuttingDown))]
    [InlineData("421 4.3.0", nameof(SmtpReplies.Failed))]
    [InlineData("421 4.3.2", nameof(SmtpReplies.TooManyConnections))]
    [InlineData("421 4.7.0", nameof(SmtpReplies.TooManyConnectionsFromAddress))]
    [InlineData("421 4.7.0", nameof(SmtpReplies.TooManyErrors))]
    [InlineData("454 4.7.0", nameof(SmtpReplies.LoginNotChecked))]
    [InlineData("535 5.7.8", nameof(SmtpReplies.LoginRefused))]
    [InlineData("501 5.7.0", nameof(SmtpReplies.LoginCancelled))]
    [InlineData("500 5.5.6", nameof(SmtpReplies.LoginLineTooLong))]
    [InlineData("235 2.7.0", nameof(SmtpReplies.LoggedIn))]
    public void What_may_pass_is_4yz_and_what_will_not_is_5yz(string codes, string name) =>
        Assert.StartsWith(codes + " ", Call(Method(name), Default).ToString(), StringComparison.Ordinal);

    [Fact]
    public void Every_fault_of_a_message_has_its_refusal()
    {
        Assert.Equal(SmtpReplies.BareLineEnd(Default), SmtpReplies.Refusal(Default, DataFault.BareLineEnd));
        Assert.Equal(SmtpReplies.MessageTooLarge(Default), SmtpReplies.Refusal(Default, DataFault.TooLarge));
        Assert.Equal(SmtpReplies.MailLoop(Default), SmtpReplies.Refusal(Default, DataFault.TooManyReceived));
    }

    [Theory]
    [Requirement("R5321-4.1.1.8-a")]
    [InlineData("HELO")]
    [InlineData("EHLO")]
    [InlineData("mail")]
    [InlineData("RCPT")]
    [InlineData("DATA")]
    [InlineData("RSET")]
    [InlineData("NOOP")]
    [InlineData("QUIT")]
    [InlineData("BDAT")]
    [InlineData("STARTTLS")]
    [InlineData("AUTH")]
    [InlineData("VRFY")]
    [InlineData("HELP")]
    public void HELP_explains_every_command(string verb)
    {
        var reply = Play($"HELP {verb}").Replies[0];

        Assert.Equal((214, "2.0.0"), (reply.Code, reply.Enhanced));
        Assert.StartsWith(verb.ToUpperInvariant(), reply.Lines[0], StringComparison.Ordinal);
        Assert.Contains(Play("HELP").Replies[0].Lines, it =>
            it.StartsWith("  " + verb.ToUpperInvariant(), StringComparison.Ordinal));
    }

    [Fact]
    public void HELP_teaches_by_example_what_the_profile_takes()
    {
        Assert.Contains("Example: RCPT TO:<bob@example.org>", Play("HELP RCPT").Replies[0].Lines);
        Assert.DoesNotContain("EHLO", Play(Basic, "HELP").Replies[0].ToString(), StringComparison.Ordinal);
        Assert.Equal(504, Play("HELP FOO").Replies[0].Code);
    }

    private static ImmutableArray<SmtpReply> All(SmtpSettings settings) =>
    [
        SmtpReplies.SendData,
        .. typeof(SmtpReplies).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(it => it.ReturnType == typeof(SmtpReply)
                && it.GetParameters() is [{ ParameterType: var type }, ..] && type == typeof(SmtpSettings))
            .Select(it => Call(it, settings)),
        .. Lines.SelectMany(line => Play(settings, line).Replies),
        .. Lines.SelectMany(line => Play(settings, "HELO c", "MAIL FROM:<>", "RCPT TO:<a@x>", line).Replies),
    ];

    private static MethodInfo Method(string name) => typeof(SmtpReplies).GetMethod(name)!;

    private static SmtpReply Call(MethodInfo method, SmtpSettings settings)
    {
        var longest = new MailAddress(new string('"', 64), new string('d', 255));
        var arguments = method.GetParameters().Select(it => it.ParameterType switch
        {
            var type when type == typeof(SmtpSettings) => (object)settings,
            var type when type == typeof(MailAddress) => longest,
            var type when type == typeof(DataFault) => DataFault.TooLarge,
            var type when type == typeof(SmtpAccess) => Clear,
            var type when type == typeof(LoginIdentity) => new LoginIdentity(default, longest),
            var type when type == typeof(ImmutableArray<MailAddress>) =>
                ImmutableArray.Create(longest, longest),
            var type when type == typeof(bool) => true,
            var type when type == typeof(long) => 5L,
            _ => "id",
        });
        return (SmtpReply)method.Invoke(null, [.. arguments])!;
    }

    [GeneratedRegex(@"\A[245]\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\z")]
    private static partial Regex EnhancedCode();
}
