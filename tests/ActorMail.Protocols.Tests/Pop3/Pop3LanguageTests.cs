using System.Reflection;
using ActorMail.Protocols.Pop3;
using ActorMail.Tests;

namespace ActorMail.Protocols.Tests.Pop3;

/// <summary>LANG and UTF8 (RFC 6856), and what people read.</summary>
public sealed class Pop3LanguageTests
{
    [Theory]
    [InlineData("fr", "+OK fr Les réponses sont en français")]
    [InlineData("FR", "+OK fr Les réponses sont en français")]
    [InlineData("fr-CA", "+OK fr Les réponses sont en français")]
    [InlineData("fr-Latn-FR", "+OK fr Les réponses sont en français")]
    [InlineData("en-GB", "+OK en Replies are in English")]
    [InlineData("*", "+OK fr Les réponses sont en français")]
    public void A_language_is_chosen_by_its_range_and_the_reply_is_in_it(string range, string reply) => Assert.Equal(
        reply, new DialogTester(new Pop3Settings { Language = "fr" }).Status($"LANG {range}"));

    [Fact]
    public void An_unknown_language_leaves_the_one_before()
    {
        var dialog = new DialogTester();
        Assert.Equal("-ERR No such language here; there are en, fr", dialog.Status("LANG mul"));
        dialog.Say("LANG fr");
        Assert.Equal("-ERR Cette langue n'est pas disponible ; il y a en, fr", dialog.Status("LANG mul"));
        Assert.Equal("-ERR Envoyez d'abord USER", dialog.Status("PASS x"));
    }

    [Fact]
    public void The_languages_are_listed_in_their_own_words()
    {
        var reply = new DialogTester().Reply("LANG");
        Assert.Equal("+OK Languages follow", reply.StatusLine);
        Assert.Equal(["en English", "fr Français"], reply.Lines);
        Assert.True(reply.IsUtf8);
    }

    [Fact]
    public void A_language_can_be_chosen_before_and_after_the_login()
    {
        var dialog = DialogTester.LoggedIn(120);
        Assert.Equal("+OK fr Les réponses sont en français", dialog.Status("LANG fr"));
        Assert.Equal("+OK 1 message (120 octets)", dialog.Reply("LIST").StatusLine);
        Assert.Equal("-ERR Ce message n'existe pas : le dernier est le 1", dialog.Status("LIST 2"));
        Assert.Equal("+OK en Replies are in English", dialog.Status("LANG en"));
        Assert.Equal("-ERR No such message: the last is 1", dialog.Status("LIST 2"));
    }

    [Fact]
    public void No_language_changes_what_a_program_reads()
    {
        foreach (var phrases in Pop3Phrases.All)
        {
            var dialog = DialogTester.LoggedIn(120, 200);
            dialog.Say($"LANG {phrases.Tag}");
            Assert.Equal("+OK 2 320", dialog.Status("STAT"));
            Assert.Equal("+OK 2 200", dialog.Status("LIST 2"));
            Assert.Equal(["1 120", "2 200"], dialog.Lines("LIST"));
            var refused = dialog.Dialog.Refuse(Pop3Refusal.InUse).StatusLine;
            Assert.StartsWith("-ERR [IN-USE] ", refused, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_first_language_is_ascii_and_every_phrase_of_every_one_is_short_and_clean()
    {
        foreach (var phrases in Pop3Phrases.All)
        {
            Assert.All(PhrasesOf(phrases), text =>
            {
                Assert.NotEmpty(text);
                Assert.InRange(text.Length, 1, 200);
                Assert.DoesNotContain(text, char.IsControl);
                Assert.True(phrases != Pop3Phrases.Default || text.All(char.IsAscii), text);
            });
        }
    }

    [Fact]
    public void No_two_languages_have_a_sentence_in_common()
    {
        var others = PhrasesOf(Pop3Phrases.All[1]).ToHashSet();
        Assert.DoesNotContain(
            PhrasesOf(Pop3Phrases.All[0]),
            text => !char.IsDigit(text[0]) && text.Contains(' ') && others.Contains(text));
    }

    [Fact]
    [Requirement("R6856-2.1-a")]
    public void Utf8_is_said_before_the_login_and_stls_before_that()
    {
        var dialog = new DialogTester(
            null, new Pop3Access { CanStartTls = true, CanLogIn = true, Mechanisms = ["PLAIN"] });
        Assert.Equal("+OK Messages go out in UTF-8, as they are", dialog.Status("UTF8"));
        Assert.True(dialog.Dialog.IsUtf8);
        Assert.Equal("-ERR STLS comes before UTF8", dialog.Status("STLS"));
        dialog.Open();
        Assert.Equal("-ERR UTF8 comes before the login", dialog.Status("UTF8"));
        Assert.True(dialog.Dialog.IsUtf8);
    }

    [Fact]
    [Requirement("R6856-2.1-b")]
    public void A_size_is_asked_for_when_it_is_needed()
    {
        var dialog = new DialogTester();
        dialog.Open(new MaildropEntry(4, 100), new MaildropEntry(5, 200, true), new MaildropEntry(6, 300, true));
        Assert.Equal("+OK 1 100", dialog.Status("LIST 1"));
        Assert.Equal(new Pop3Step.Measure(2, 5), dialog.Say("LIST 2"));
        Assert.Equal("+OK 2 240", Assert.IsType<Pop3Step.Answer>(dialog.Dialog.Measured(2, 240)).Reply.StatusLine);

        var lines = dialog.Reply("LIST").Lines!.GetEnumerator();
        List<string?> read = [];
        while (lines.MoveNext())
        {
            read.Add(lines.Current);
            if (lines.Current is null)
                dialog.Dialog.Maildrop.Measure(3, 300);
        }

        Assert.Equal(["1 100", "2 240", null, "3 300"], read);
        Assert.Equal("+OK 3 640", dialog.Status("STAT"));
    }

    [Fact]
    public void Help_lists_what_can_be_said_now_and_how_it_is_written()
    {
        var dialog = new DialogTester(null, new Pop3Access { CanStartTls = true });
        Assert.Equal(["STLS", "UTF8", "CAPA", "LANG", "HELP", "QUIT"], Verbs(dialog));
        dialog.Dialog.Begin(new Pop3Access { IsSecure = true, CanLogIn = true, Mechanisms = ["PLAIN"] });
        Assert.Equal(["UTF8", "USER", "PASS", "AUTH", "CAPA", "LANG", "HELP", "QUIT"], Verbs(dialog));
        dialog.Open();
        Assert.Equal(
            ["STAT", "LIST", "UIDL", "RETR", "TOP", "DELE", "RSET", "NOOP", "CAPA", "LANG", "HELP", "QUIT"],
            Verbs(dialog));
        Assert.Contains(dialog.Lines("HELP"), line => line.StartsWith("RETR number ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("HELP retr", "+OK RETR number: sends a message")]
    [InlineData("HELP STAT now", "+OK STAT: how many messages there are, and their octets")]
    [InlineData("HELP EHLO", "-ERR No help about that; HELP alone lists the commands")]
    public void Help_explains_one_command(string line, string reply) =>
        Assert.Equal(reply, new DialogTester().Status(line));

    [Fact]
    public void Whatever_help_lists_is_no_unknown_command()
    {
        var dialog = DialogTester.LoggedIn(10);
        Assert.All(Verbs(dialog).Except(["QUIT"]), verb => Assert.False(
            dialog.Say(verb) is Pop3Step.Answer { Reply: { IsError: true } reply }
                && !reply.StatusLine.Contains("Syntax", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Verbs(DialogTester dialog) =>
        dialog.Lines("HELP").Select(line => line.Split(' ')[0]);

    private static IEnumerable<string> PhrasesOf(Pop3Phrases phrases)
    {
        var properties = typeof(Pop3Phrases).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => (string)property.GetValue(phrases)!);
        return
        [
            .. properties, .. Pop3Verbs.All.Select(phrases.Meaning), .. Pop3Verbs.All.Select(phrases.Form),
            phrases.Mechanisms("PLAIN"),
            phrases.UsedLately("3 s"), phrases.Summary(0, 0), phrases.Summary(2, 3), phrases.WillBeDeleted(1),
            phrases.IsDeleted(1), phrases.LastIs(3), phrases.UnknownLanguage("en, fr"), phrases.Syntax("USER name"),
            phrases.NoNumber("RETR number"), phrases.NoArgument("STAT"), phrases.DidYouMean("STAT"),
            phrases.LineTooLong(512), phrases.LoginMalformed("PLAIN has two NULs"),
        ];
    }
}
