using System.Text;
using ActorMail.Tests;
using CsCheck;
using MimeKit;

namespace ActorMail.Protocols.Tests.Mime;

/// <summary>Fields that are text, and those of which only a part may be text (RFC 6857 §3.2.2 to §3.2.8).</summary>
public sealed class SurrogateFieldTests
{
    private static readonly Gen<string> Word = OneOf(
        "a", "Re:", "é", "Réunion", "\u65E5\u672C\u8A9E", "=", "?=", "=?", "_", "=20", "\"x\"", "(x)", "\\",
        "\U0001F600", "a-word-of-usual-length", new string('x', 70), new string('\u65E5', 40), new string('z', 1_000));

    private static readonly Gen<string> Gap = OneOf(" ", " ", " ", "  ", "\t", "\n ", "\n\t", new string(' ', 40));

    [Theory]
    [Requirement("R6856-2.1-a")]
    [InlineData("Subject: Réunion de l'équipe à Paris",
        "Subject: =?UTF-8?Q?R=C3=A9union?= de =?UTF-8?B?bCfDqXF1aXBlIMOg?= Paris")]
    [InlineData("Subject: Sitzung-am-Mittwoch-für-alle-und-jeden",
        "Subject: =?UTF-8?Q?Sitzung-am-Mittwoch-f=C3=BCr-alle-und-jeden?=")]
    [InlineData("Subject:é", "Subject: =?UTF-8?B?w6k=?=")]
    [InlineData("Subject:\n é\n ü\n x  ", "Subject:\n =?UTF-8?B?w6k=?=\n =?UTF-8?B?IMO8?=\n x")]
    [InlineData("Subject: =?X?Q?a?= é =?X?Q?b?=", "Subject: =?X?Q?a?= =?UTF-8?Q?_=C3=A9_?= =?X?Q?b?=")]
    [InlineData("Subject: =?X?Q?a =?X?Q? é ?= a=b", "Subject: =?UTF-8?B?PT9YP1E/YSA9P1g/UT8gw6k=?= ?= a=b")]
    [InlineData("X-Unknown: é", "X-Unknown: =?UTF-8?B?w6k=?=")]
    [InlineData("List-Id: Bücher <b.example>", "List-Id: =?UTF-8?Q?B=C3=BCcher?= <b.example>")]
    [InlineData("Subject: a\0é", "Subject: =?UTF-8?B?YQDDqQ==?=")]
    [InlineData("Keywords: é, \"a, b\", c ü(é),", "Keywords: =?UTF-8?B?w6k=?= , \"a, b\", c =?UTF-8?B?w7w=?= "
        + "(=?UTF-8?B?w6k=?=),")]
    [InlineData("Date: Mon, 2 Nov 2026 (Nordpazifische Zeit, für alle (é))",
        "Date: Mon, 2 Nov 2026 (Nordpazifische Zeit, =?UTF-8?Q?f=C3=BCr?= alle\n (=?UTF-8?B?w6k=?=))")]
    [InlineData("MIME-Version: 1.0é (é\\)\\ü)", "MIME-Version: 1.0?? (=?UTF-8?B?w6kpw7w=?=)")]
    [InlineData("Message-ID: <é@x>", "Downgraded-Message-ID: =?UTF-8?B?PMOpQHg+?=")]
    [InlineData("references: <a@b>\n <é@x> (y)", "Downgraded-references: <a@b>\n =?UTF-8?B?PMOpQHg+?= (y)")]
    [InlineData("In-Reply-To: <a@b> (é", "Downgraded-In-Reply-To: <a@b> =?UTF-8?B?KMOp?=")]
    [InlineData("In-Reply-To: <a@b> (é)", "In-Reply-To: <a@b> (=?UTF-8?B?w6k=?=)")]
    public void A_field_is_what_RFC_6857_makes_of_it(string field, string wanted) =>
        Assert.Equal(wanted, Surrogate.OfField(field));

    [Theory]
    [Requirement("R6856-2.1-a")]
    [InlineData("from bücher.example (ü [192.0.2.1])\n\tby mx.example with ESMTP id é12\n\tfor <jörg@x.org>; Date",
        "from xn--bcher-kva.example (=?UTF-8?B?w7w=?= [192.0.2.1])\n\tby mx.example with ESMTP; Date")]
    [InlineData("from x by y for <a@bücher.example> id 12; Date",
        "from x by y for <a@xn--bcher-kva.example> id 12; Date")]
    [InlineData("from x for a@bücher.example; Date", "from x for a@xn--bcher-kva.example; Date")]
    [InlineData("from x FOR (é) <\"j é\"@x> ; Date", "from x ; Date")]
    [InlineData("from é..x by y; Date", "from (=?UTF-8?B?w6kuLng=?=) by y; Date")]
    [InlineData("from x by y for; é\\", "from x by y for; (=?UTF-8?B?w6lc?=)")]
    [InlineData("from (é;(é;(é;(é", "from =?UTF-8?B?KMOpOyjDqTsow6k7KMOp?=")]
    [InlineData("from é\\;é\\;é\\;é\\",
        "from (=?UTF-8?B?w6lc?=);(=?UTF-8?B?w6lc?=);(=?UTF-8?B?w6lc?=);\n (=?UTF-8?B?w6lc?=)")]
    [InlineData("from x (é by y", "from x =?UTF-8?B?KMOp?= by y")]
    public void A_Received_field_keeps_what_can_be_had_in_ASCII(string value, string wanted) =>
        Assert.Equal("Received: " + wanted, Surrogate.OfField("Received: " + value));

    [Theory]
    [InlineData("text/plain; name=\"Résumé 1.txt\"; a=b", "text/plain; name*=UTF-8''R%C3%A9sum%C3%A9%201.txt; a=b")]
    [InlineData("attachment;\n filename=un été.txt", "attachment;\n filename*=UTF-8''un%20%C3%A9t%C3%A9.txt")]
    [InlineData("attachment; filename=\"\\\"é\\\"\" (ü)", "attachment; filename*=UTF-8''%22%C3%A9%22")]
    [InlineData("a; name*0=abc; name*1=é.txt; name*2=\"d\"",
        "a; name*0*=UTF-8''abc; name*1*=%C3%A9.txt; name*2=\"d\"")]
    [InlineData("a; name*=UTF-8''é%20x", "a; name*=UTF-8''%C3%A9%20x")]
    [InlineData("téxt/plain; é=a; =é; b (é); c=d", "t??xt/plain; ??=a; =??; b (=?UTF-8?B?w6k=?=); c=d")]
    [InlineData("a; name=\"é", "a; name=\"??")]
    public void Parameters_are_in_the_form_of_RFC_2231(string value, string wanted) =>
        Assert.Equal("Content-Disposition: " + wanted, Surrogate.OfField("Content-Disposition: " + value));

    [Theory]
    [InlineData("Subject: \u00E9t\u00E9", "=?unknown-8bit?B?6XTp?=")]
    [InlineData("Subject: \u00E9 \u00C3\u00A9", "=?unknown-8bit?Q?=E9?= =?UTF-8?B?IMOp?=")]
    [InlineData("To: \u00E9 <a@b>", "=?unknown-8bit?Q?=E9?= <a@b>")]
    [InlineData("To: a@\u00E9", "=?unknown-8bit?B?YUDp?= :;")]
    [InlineData("Content-Type: a; name=\u00E9", "a; name*=unknown-8bit''%E9")]
    public void What_is_no_UTF_8_says_so(string latin1, string wanted)
    {
        var surrogate = Encoding.ASCII.GetString(Surrogate.Of([Encoding.Latin1.GetBytes(latin1)]).Octets);
        Assert.Equal(wanted, surrogate[(surrogate.IndexOf(':', StringComparison.Ordinal) + 2)..]);
    }

    [Fact]
    [Requirement("R6856-2.1-a")]
    public void A_text_is_the_same_when_a_mail_program_decodes_it() =>
        Gen.Select(Word, Gen.Select(Gap, Word, string.Concat).Array[0, 12], (word, more) => word + string.Concat(more))
            .Sample(
                text =>
                {
                    var header = MailProgram.Read("Subject: " + text).Headers[0];
                    var wanted = text.Replace("\n", "", StringComparison.Ordinal).Trim();
                    Assert.Equal(wanted, header.Value);
                    AssertLines(Surrogate.OfField("Subject: " + text), isChanged: !Ascii.IsValid(text));
                },
                iter: 3_000);

    [Fact]
    public void A_file_name_is_the_same_when_a_mail_program_decodes_it() =>
        OneOf("a", " ", "é", "\u65E5\u672C\u8A9E", "\U0001F600", "'", "%20", "*", "=", ";", "(", "\\\"", "\\\\", ".txt",
            new string('x', 60)).Array[1, 12].Sample(
            pieces =>
            {
                var quoted = string.Concat(pieces);
                var wanted = quoted.Replace("\\\"", "\"", StringComparison.Ordinal)
                    .Replace("\\\\", "\\", StringComparison.Ordinal);
                var field = $"Content-Disposition: attachment; filename=\"{quoted}\"; size=3";
                using var message = MailProgram.Read(field);
                var disposition = Assert.IsAssignableFrom<MimePart>(message.Body).ContentDisposition;
                Assert.Equal((wanted, 3), (disposition?.FileName, disposition?.Size));
                AssertLines(Surrogate.OfField(field), isChanged: !Ascii.IsValid(quoted));
            },
            iter: 1_000);

    /// <summary>RFC 2047 §2, RFC 5322 §2.1.1.</summary>
    private static void AssertLines(string field, bool isChanged)
    {
        foreach (var line in field.Split('\n').Where(_ => isChanged))
            Assert.True(line.Length <= (line.Contains("=?", StringComparison.Ordinal) ? 76 : 998), line);
    }

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(it => values[it]);
}
