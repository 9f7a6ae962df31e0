using System.Globalization;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Pop3;
using ActorMail.Tests;
using CsCheck;

namespace ActorMail.Protocols.Tests.Pop3;

public sealed class Pop3DialogTests
{
    [Fact]
    [Requirement("R1939-5-a", "R1939-5-b")]
    public void Stat_counts_what_is_not_marked_as_deleted()
    {
        var dialog = DialogTester.LoggedIn(120, 200);
        Assert.Equal("+OK 2 320", dialog.Status("STAT"));
        dialog.Say("DELE 1");
        Assert.Equal("+OK 1 200", dialog.Status("STAT"));
        Assert.Equal("+OK 0 0", DialogTester.LoggedIn().Status("STAT"));
    }

    [Fact]
    [Requirement("R1939-5-c", "R1939-4-g")]
    public void List_numbers_the_messages_from_1_without_a_gap()
    {
        var reply = DialogTester.LoggedIn(120, 200).Reply("LIST");
        Assert.Equal("+OK 2 messages (320 octets)", reply.StatusLine);
        Assert.Equal(["1 120", "2 200"], reply.Lines);
    }

    [Fact]
    [Requirement("R1939-5-d")]
    public void List_of_an_empty_maildrop_is_positive_and_empty()
    {
        var reply = DialogTester.LoggedIn().Reply("LIST");
        Assert.False(reply.IsError);
        Assert.Equal([], reply.Lines);
    }

    [Fact]
    [Requirement("R1939-5-e")]
    public void List_of_one_message_is_one_line()
    {
        var reply = DialogTester.LoggedIn(120, 200).Reply("LIST 2");
        Assert.Equal(("+OK 2 200", null), (reply.StatusLine, reply.Lines));
    }

    [Fact]
    [Requirement("R1939-7-f")]
    public void Uidl_tells_the_unique_ids_of_all_or_of_one()
    {
        var dialog = DialogTester.LoggedIn(120, 200);
        Assert.Equal(["1 65a.1", "2 65a.2"], dialog.Lines("UIDL"));
        Assert.Equal("+OK 2 65a.2", dialog.Status("UIDL 2"));
    }

    [Fact]
    [Requirement("R1939-5-g", "R1939-7-j")]
    public void A_message_marked_as_deleted_is_not_listed_and_cannot_be_named()
    {
        var dialog = DialogTester.LoggedIn(1, 2, 3);
        dialog.Say("DELE 2");
        Assert.Equal(["1 1", "3 3"], dialog.Lines("LIST"));
        Assert.Equal(["1 65a.1", "3 65a.3"], dialog.Lines("UIDL"));
        AssertRefusesNumber(dialog, 2);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(int.MaxValue)]
    [Requirement("R1939-5-h", "P4")]
    public void A_number_that_never_was_is_refused_and_the_session_goes_on(int number)
    {
        AssertRefusesNumber(DialogTester.LoggedIn(120, 200), number);
        AssertRefusesNumber(DialogTester.LoggedIn(), number);
    }

    [Fact]
    [Requirement("R1939-5-j")]
    public void Retr_and_top_ask_for_the_message_and_change_nothing()
    {
        var dialog = DialogTester.LoggedIn(120, 200);
        var send = Assert.IsType<Pop3Step.Send>(dialog.Say("RETR 1"));
        Assert.Equal(new Pop3Step.Send(1, 1, null), send);
        Assert.Equal("+OK 120 octets", dialog.Dialog.BeginMessage(send, 120).StatusLine);
        Assert.Equal(new Pop3Step.Send(2, 2, 7), dialog.Say("TOP 2 7"));
        Assert.Equal("+OK 2 320", dialog.Status("STAT"));
    }

    [Fact]
    [Requirement("R1939-5-k", "R1939-6-a", "P1")]
    public void Dele_only_marks_and_quit_asks_for_the_marked_ones()
    {
        var dialog = DialogTester.LoggedIn(1, 2, 3);
        dialog.Say("DELE 3");
        Assert.IsType<Pop3Step.Answer>(dialog.Say("DELE 1"));
        Assert.Equal([1u, 3u], Assert.IsType<Pop3Step.Update>(dialog.Say("QUIT")).Uids.ToArray());
        Assert.Empty(Assert.IsType<Pop3Step.Update>(DialogTester.LoggedIn(1).Say("QUIT")).Uids);
    }

    [Fact]
    [Requirement("R1939-5-l")]
    public void Noop_does_nothing() => Assert.Equal("+OK Nothing done", DialogTester.LoggedIn(1).Status("NOOP"));

    [Fact]
    [Requirement("R1939-5-m")]
    public void Rset_takes_all_marks_back()
    {
        var dialog = DialogTester.LoggedIn(120, 200);
        dialog.Say("DELE 1");
        dialog.Say("DELE 2");
        Assert.Equal("+OK 2 messages (320 octets)", dialog.Status("RSET"));
        Assert.Equal(["1 120", "2 200"], dialog.Lines("LIST"));
        Assert.Empty(Assert.IsType<Pop3Step.Update>(dialog.Say("QUIT")).Uids);
    }

    [Theory]
    [InlineData("USER eve")]
    [InlineData("PASS x")]
    [InlineData("AUTH PLAIN")]
    [InlineData("STLS")]
    [InlineData("UTF8")]
    [InlineData("APOP bob x")]
    [Requirement("R1939-3-i", "R5034-4-a", "A9")]
    public void What_belongs_before_the_login_is_refused_after_it(string line) =>
        Assert.True(DialogTester.LoggedIn(1).Reply(line).IsError);

    [Theory]
    [InlineData("STAT")]
    [InlineData("LIST")]
    [InlineData("LIST 1")]
    [InlineData("UIDL")]
    [InlineData("RETR 1")]
    [InlineData("TOP 1 0")]
    [InlineData("DELE 1")]
    [InlineData("NOOP")]
    [InlineData("RSET")]
    [Requirement("R1939-3-i")]
    public void What_belongs_behind_the_login_says_so_before_it(string line) =>
        Assert.Equal("-ERR Log in first: USER name, then PASS password", new DialogTester().Status(line));

    [Fact]
    [Requirement("R1939-7-l")]
    public void Pass_counts_right_behind_user_only()
    {
        var dialog = new DialogTester();
        Assert.Equal("-ERR Send USER first", dialog.Status("PASS x"));
        dialog.Say("USER bob");
        Assert.Equal(new Pop3Step.VerifyPassword("bob", new Secret("x y ")), dialog.Say("PASS x y "));
        Assert.Equal("-ERR Send USER first", dialog.Status("PASS x"));
        dialog.Say("USER bob");
        dialog.Say("NOOP");
        Assert.Equal("-ERR Send USER first", dialog.Status("PASS x"));
    }

    [Fact]
    [Requirement("R2449-6.2-a")]
    public void Where_no_mechanism_hands_over_passwords_neither_do_user_and_pass()
    {
        var dialog = new DialogTester(null, new Pop3Access { CanLogIn = true, Mechanisms = ["SCRAM-SHA-256"] });
        Assert.DoesNotContain("USER", dialog.Lines("CAPA"));
        Assert.DoesNotContain(dialog.Lines("HELP"), line => line.StartsWith("PASS", StringComparison.Ordinal));
        Assert.Equal("-ERR Mechanisms: SCRAM-SHA-256", dialog.Status("USER bob"));
        Assert.Equal("-ERR Mechanisms: SCRAM-SHA-256", dialog.Status("PASS x"));
        Assert.Equal("-ERR Log in first, with AUTH and a mechanism of CAPA's line SASL", dialog.Status("STAT"));
        Assert.IsType<Pop3Step.BeginLogin>(dialog.Say("AUTH SCRAM-SHA-256"));
    }

    [Fact]
    [Requirement("R2595-4-c")]
    public void Nothing_that_was_said_before_tls_counts_behind_it()
    {
        var dialog = new DialogTester(
            null, new Pop3Access { CanStartTls = true, CanLogIn = true, Mechanisms = ["PLAIN"] });
        dialog.Say("LANG fr");
        dialog.Say("USER bob");
        Assert.IsType<Pop3Step.BeginTls>(dialog.Say("STLS"));
        dialog.Dialog.Begin(new Pop3Access { IsSecure = true, CanLogIn = true, Mechanisms = ["PLAIN"] });
        Assert.Equal("-ERR Send USER first", dialog.Status("PASS x"));
        Assert.Equal("-ERR TLS is in use already", dialog.Status("STLS"));
    }

    [Fact]
    [Requirement("R1939-5-b", "R1939-4-g")]
    public void The_sums_are_those_of_the_listing_after_any_commands()
    {
        var commands = Gen.OneOf(
            Gen.Int[1, 12].Select(number => $"DELE {number}"), Gen.Const("RSET")).List[0, 40];
        Gen.Select(Gen.Long[0, 1L << 40].Array[0, 10], commands).Sample((sizes, script) =>
        {
            var dialog = DialogTester.LoggedIn(sizes);
            foreach (var command in script)
            {
                dialog.Say(command);
                var listed = dialog.Lines("LIST")
                    .Select(line => line.Split(' ').Select(ParseNumber).ToArray())
                    .ToArray();
                Assert.All(listed, line => Assert.Equal(sizes[line[0] - 1], line[1]));
                Assert.Equal($"+OK {listed.Length} {listed.Sum(line => line[1])}", dialog.Status("STAT"));
            }
        });
    }

    [Fact]
    public void A_hundred_thousand_messages_can_be_deleted_with_a_stat_after_each()
    {
        const int Messages = 100_000;
        var dialog = DialogTester.LoggedIn([.. Enumerable.Repeat(1_000L, Messages)]);
        for (var number = 1; number <= Messages; number++)
        {
            dialog.Say($"DELE {number}");
            Assert.Equal(1_000L * (Messages - number), dialog.Dialog.Maildrop.Size);
        }

        Assert.Equal(Messages, Assert.IsType<Pop3Step.Update>(dialog.Say("QUIT")).Uids.Length);
    }

    [Theory]
    [InlineData(Pop3Refusal.WrongLogin, "-ERR [AUTH] ")]
    [InlineData(Pop3Refusal.InUse, "-ERR [IN-USE] ")]
    [InlineData(Pop3Refusal.LoginNotChecked, "-ERR [SYS/TEMP] ")]
    [InlineData(Pop3Refusal.MailboxUnavailable, "-ERR [SYS/TEMP] ")]
    [InlineData(Pop3Refusal.MessageUnavailable, "-ERR [SYS/TEMP] ")]
    [InlineData(Pop3Refusal.NotDeleted, "-ERR [SYS/TEMP] ")]
    [InlineData(Pop3Refusal.ShuttingDown, "-ERR [SYS/TEMP] ")]
    [InlineData(Pop3Refusal.Failed, "-ERR [SYS/TEMP] ")]
    [Requirement("R3206-6-a", "R3206-4-a", "R2449-8.1.2-a")]
    public void A_refusal_has_the_code_that_programs_go_by(Pop3Refusal refusal, string begin) =>
        Assert.StartsWith(begin, new DialogTester().Dialog.Refuse(refusal).StatusLine, StringComparison.Ordinal);

    [Fact]
    [Requirement("R3206-6-a")]
    public void Auth_is_said_of_wrong_credentials_and_of_nothing_else() => Assert.All(
        Enum.GetValues<Pop3Refusal>().Where(refusal => refusal is not Pop3Refusal.WrongLogin),
        refusal => Assert.NotEqual(Pop3Codes.Auth, new DialogTester().Dialog.Refuse(refusal).Code));

    [Fact]
    [Requirement("R2449-6.5-a")]
    public void Who_comes_back_too_soon_hears_how_long_to_wait()
    {
        Assert.Equal("-ERR [LOGIN-DELAY] You were here a moment ago, come back in 8 s", Refuse(7.2));
        Assert.Equal("-ERR [LOGIN-DELAY] You were here a moment ago, come back in 15 min", Refuse(14 * 60 + 1));

        static string Refuse(double seconds) =>
            new DialogTester().Dialog.RefuseLoginSoSoon(TimeSpan.FromSeconds(seconds)).StatusLine;
    }

    private static void AssertRefusesNumber(DialogTester dialog, int number)
    {
        var before = dialog.Status("STAT");
        foreach (var command in (string[])["LIST", "UIDL", "RETR", "DELE"])
            Assert.True(dialog.Reply($"{command} {number}").IsError);
        Assert.True(dialog.Reply($"TOP {number} 0").IsError);
        Assert.Equal(before, dialog.Status("STAT"));
    }

    private static long ParseNumber(string word) =>
        long.Parse(word, NumberStyles.None, CultureInfo.InvariantCulture);
}
