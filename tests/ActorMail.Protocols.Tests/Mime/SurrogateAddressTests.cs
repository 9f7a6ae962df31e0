using System.Text;
using ActorMail.Tests;
using CsCheck;
using MimeKit;

namespace ActorMail.Protocols.Tests.Mime;

/// <summary>Fields with addresses (RFC 6857 §3.1.5 to §3.1.8).</summary>
public sealed class SurrogateAddressTests
{
    private static readonly Gen<string> Name = OneOf(
        "a", "Fred", "é", "Jörg", "\u65E5\u672C", "\U0001F600", "\"", "\\", ",", "<", ">", "@", ":", ";", "(", ")", " ",
        "  ", "=?", "?=", "[", "]", "J.", new string('n', 70)).Array[1, 8].Select(string.Concat);

    private static readonly Gen<(string Local, string Domain)> Address = Gen.Select(
        OneOf("a", "fred.x", "a+b", "jörg", "\u65E5"), OneOf("b.example", "bücher.example", "\u65E5.example", "x"));

    [Theory]
    [Requirement("R6856-2.1-a")]
    [InlineData("Jörg Müller <jm@x.example>", "=?UTF-8?B?SsO2cmcgTcO8bGxlcg==?= <jm@x.example>")]
    [InlineData("\"Müller, J.\" <jm@bücher.example>, Fred <f@x>",
        "=?UTF-8?B?TcO8bGxlciwgSi4=?= <jm@xn--bcher-kva.example>, Fred <f@x>")]
    [InlineData("Jörg<a@b>,c@d", "=?UTF-8?B?SsO2cmc=?= <a@b>,c@d")]
    [InlineData("\"J. \\\"é\\\" M\" <a@b>", "=?UTF-8?B?Si4gIsOpIiBN?= <a@b>")]
    [InlineData("Fred \"B.\" Füü (x) <a@b>", "Fred \"B.\" =?UTF-8?B?RsO8w7w=?= (x) <a@b>")]
    [InlineData("[list] é <a@b>", "[list] =?UTF-8?B?w6k=?= <a@b>")]
    [InlineData("=?X?Q?a?= é <a@b>", "=?X?Q?a?= =?UTF-8?B?IMOp?= <a@b>")]
    [InlineData("a@bücher.example", "a@xn--bcher-kva.example")]
    [InlineData("\"a b\"@bücher.example", "\"a b\"@xn--bcher-kva.example")]
    [InlineData("a @ bücher.example (é)", "a@xn--bcher-kva.example (=?UTF-8?B?w6k=?=)")]
    [InlineData("(é) a@b (ü)", "(=?UTF-8?B?w6k=?=) a@b (=?UTF-8?B?w7w=?=)")]
    [InlineData("<@é.example:a@bücher.example>", "<a@xn--bcher-kva.example>")]
    [InlineData("<a@[IPv6:é]>", "=?UTF-8?B?YUBbSVB2NjrDqV0=?= :;")]
    public void Names_become_encoded_words_and_domains_A_labels(string value, string wanted) =>
        Assert.Equal("To: " + wanted, Surrogate.OfField("To: " + value));

    [Theory]
    [Requirement("R6856-2.1-a")]
    [InlineData("jörg@example.org", "=?UTF-8?B?asO2cmdAZXhhbXBsZS5vcmc=?= :;")]
    [InlineData("<jörg@example.org>, a@b", "=?UTF-8?B?asO2cmdAZXhhbXBsZS5vcmc=?= :;, a@b")]
    [InlineData("Fred <jörg@b>", "Fred =?UTF-8?B?asO2cmdAYg==?= :;")]
    [InlineData("Jörg <jörg@b> (é)", "=?UTF-8?B?SsO2cmcgasO2cmdAYg==?= :; (=?UTF-8?B?w6k=?=)")]
    [InlineData("<foo bar@bücher.example>", "=?UTF-8?Q?foo_bar=40b=C3=BCcher=2Eexample?= :;")]
    [InlineData("a@b é", "=?UTF-8?B?YUBiIMOp?= :;")]
    [InlineData("Jörg", "=?UTF-8?B?SsO2cmc=?= :;")]
    [InlineData("a@-é", "=?UTF-8?B?YUAtw6k=?= :;")]
    public void What_has_no_address_in_ASCII_is_a_group_without_members(string value, string wanted) =>
        Assert.Equal("From: " + wanted, Surrogate.OfField("From: " + value));

    [Fact]
    public void A_quoted_local_part_is_not_broken_by_a_fold()
    {
        const string Tail = "\"q r\"@example.net";
        for (var length = 1; length < 80; length++)
        {
            var field = Surrogate.OfField($"To: Zoë <z@x>, {new string('a', length)} <{Tail}>, {Tail}");
            Assert.Equal(2, field.Split(Tail).Length - 1);
        }
    }

    [Theory]
    [InlineData("Grüppe: Jörg <a@b>, c@bücher.example;, x@y",
        "=?UTF-8?Q?Gr=C3=BCppe?= : =?UTF-8?B?SsO2cmc=?= <a@b>,\n c@xn--bcher-kva.example;, x@y")]
    [InlineData("G: jörg@b, c@d;, x@y", "G =?UTF-8?B?asO2cmdAYiwgY0Bk?= :;, x@y")]
    [InlineData("G: a@b, Jörg <jörg@b>", "G =?UTF-8?B?YUBiLCBKw7ZyZyA8asO2cmdAYj4=?= :;")]
    [InlineData("é:;", "=?UTF-8?B?w6k=?= :;")]
    [InlineData("A: B: é@x;", "A =?UTF-8?B?Qjogw6lAeA==?= :;")]
    public void A_group_shows_its_members_if_one_has_no_address_in_ASCII(string value, string wanted) =>
        Assert.Equal("To: " + wanted, Surrogate.OfField("To: " + value));

    [Theory]
    [InlineData("From")]
    [InlineData("SENDER")]
    [InlineData("reply-to ")]
    [InlineData(">From ")]
    [InlineData("Cc")]
    [InlineData("Bcc")]
    [InlineData("Resent-From")]
    [InlineData("Resent-Reply-To")]
    [InlineData("Return-Path")]
    [InlineData("Disposition-Notification-To")]
    [InlineData("Delivered-To")]
    public void Fields_that_hold_addresses_are_known_by_their_names(string name)
    {
        Assert.Equal(name + ": =?UTF-8?B?w6lAeA==?= :;", Surrogate.OfField(name + ": <é@x>"));
        Assert.Equal(name + ": <a@xn--9ca>", Surrogate.OfField(name + ": <a@é>"));
    }

    [Theory]
    [InlineData("\"é <a@b>", "=?UTF-8?B?IsOp?= <a@b>")]
    [InlineData("(é <a@b>", "=?UTF-8?B?KMOp?= <a@b>")]
    [InlineData("é\r <a@b>", "=?UTF-8?B?w6kN?= <a@b>")]
    public void A_field_that_is_not_as_it_ought_to_be_is_text(string value, string wanted) =>
        Assert.Equal("From: " + wanted, Surrogate.OfField("From: " + value));

    [Fact]
    [Requirement("R6856-2.1-a")]
    public void A_mail_program_finds_the_names_and_the_addresses() =>
        Gen.Select(Name, Address).Array[1, 6].Sample(
            mailboxes =>
            {
                var list = mailboxes.Select(it => $"\"{Escaped(it.Item1)}\" <{it.Item2.Local}@{it.Item2.Domain}>");
                using var message = MailProgram.Read("To: " + string.Join(", ", list));
                Assert.Equal(mailboxes.Length, message.To.Count);
                foreach (var ((name, address), found) in mailboxes.Zip(message.To))
                    AssertSame(name, address.Local, address.Domain, found);
            },
            iter: 2_000);

    private static void AssertSame(string name, string local, string domain, InternetAddress found)
    {
        if (Ascii.IsValid(local))
        {
            var mailbox = Assert.IsType<MailboxAddress>(found);
            Assert.Equal($"{local}@{domain}", mailbox.GetAddress(idnEncode: false));
            Assert.Equal(name.Trim(), mailbox.Name?.Trim());
        }
        else
        {
            var group = Assert.IsType<GroupAddress>(found);
            Assert.Empty(group.Members);
            Assert.EndsWith($" {local}@{domain}", group.Name);
        }
    }

    private static string Escaped(string name) =>
        name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(it => values[it]);
}
