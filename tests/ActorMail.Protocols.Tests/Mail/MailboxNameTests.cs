using System.Text;
using ActorMail.Protocols.Mail;
using ActorMail.Tests;
using CsCheck;

namespace ActorMail.Protocols.Tests.Mail;

public sealed class MailboxNameTests
{
    private static readonly Gen<string> AnyText = Gen.Frequency(
        (8, Gen.Char[' ', '~']), (1, Gen.Char['\u00C0', '\u024F']), (1, Gen.Char['\u0300', '\u0345']),
        (1, Gen.Char['\u0370', '\u03FF']), (1, Gen.Char['\u1E00', '\u1FFF']), (1, Gen.Char['\u13A0', '\u13FF']),
        (1, Gen.Const('\u212A')), (1, Gen.Char)).Array[0, 12].Select(it => new string(it));

    [Theory]
    [InlineData("bob@example.org", "bob@example.org")]
    [InlineData("bob", "bob")]
    [InlineData("a+b=c-d_e.f@x-y.example", "a+b=c-d_e.f@x-y.example")]
    [InlineData("o'neil@x", "o%27neil@x")]
    [InlineData("\"a b\"@x", "a%20b@x")]
    [InlineData("\"a@b\"@x", "a%40b@x")]
    [InlineData("a@[127.0.0.1]", "a@%5B127.0.0.1%5D")]
    [InlineData("a@[IPv6:::1]", "a@%5Bipv6%3A%3A%3A1%5D")]
    public void A_mailbox_is_named_after_its_address(string address, string name) =>
        Assert.Equal(name, Name(address).Value);

    [Theory]
    [Requirement("N1", "N2", "N4", "R5321-4.1.2-d", "K5")]
    [InlineData("\"../../etc/x\"@local", "%2E.%2F..%2Fetc%2Fx@local")]
    [InlineData("\"../x\"@local", "%2E.%2Fx@local")]
    [InlineData("\"..\"", "%2E%2E")]
    [InlineData("\".\"", "%2E")]
    [InlineData("/etc/passwd", "%2Fetc%2Fpasswd")]
    [InlineData("\"c:\\\\x\"", "c%3A%5Cx")]
    [InlineData("%2e%2f", "%252e%252f")]
    [InlineData("~root", "%7Eroot")]
    [InlineData("|id", "%7Cid")]
    [InlineData("`id`$x", "%60id%60%24x")]
    [InlineData("\"bob.lock\"", "bob%2Elock")]
    [InlineData("bob@x.LOCK", "bob@x%2Elock")]
    [InlineData("\".hidden\"", "%2Ehidden")]
    [InlineData("\"dot.\"", "dot%2E")]
    [InlineData("con", "%63on")]
    [InlineData("COM1.x", "%63om1.x")]
    public void No_name_leaves_the_folder_or_means_something_to_a_file_system(string address, string name)
    {
        Assert.Equal(name, Name(address).Value);
        Assert.DoesNotContain(Name(address).Value, it => it is '/' or '\\' or ':' or '\0');
    }

    [Theory]
    [Requirement("R5321-2.4-c", "R5321-4.1.2-a", "N3")]
    [InlineData("bob@example.org", "BOB@Example.ORG")]
    [InlineData("bob@example.org", "\"b\\ob\"@example.org")]
    [InlineData("j\u00F6rg@example.org", "J\u00D6RG@example.org")]
    [InlineData("j\u00F6rg@example.org", "jo\u0308rg@EXAMPLE.org")]
    [InlineData("j\u00F6rg@example.org", "\"JO\u0308RG\"@example.org")]
    [InlineData("\u03C3\u03AF\u03C3\u03C5\u03C6\u03BF\u03C2@x", "\u03A3\u038A\u03A3\u03A5\u03A6\u039F\u03A3@x")]
    [InlineData("i\u0307@x", "\u0130@x")]
    [InlineData("bob@b\u00FCcher.example", "bob@XN--BCHER-KVA.example")]
    [InlineData("bob@b\u00FCcher.example", "Bob@BU\u0308CHER.example")]
    public void All_spellings_of_an_address_are_one_mailbox(string address, string other) =>
        Assert.Equal(Name(address), Name(other));

    [Theory]
    [Requirement("N3")]
    [InlineData("alice@x", "alice2@x")]
    [InlineData("\"a/b\"@x", "\"a%2Fb\"@x")]
    [InlineData("\"a@x\"", "a@x")]
    [InlineData("b*b@x", "bob@x")]
    [InlineData("\"x/../y\"", "y")]
    [InlineData("\".a\"", "%2Ea")]
    [InlineData("stra\u00DFe@x", "strasse@x")]
    [InlineData("j\u00F6rg@x", "jorg@x")]
    [InlineData("p\u0430ypal@x", "paypal@x")]
    [InlineData("\u0131@x", "i@x")]
    [InlineData("a@stra\u00DFe.example", "a@strasse.example")]
    public void Two_addresses_are_two_mailboxes(string address, string other) =>
        Assert.NotEqual(Name(address), Name(other));

    [Fact]
    public void A_name_of_more_than_200_octets_is_refused()
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('d', 49), 4))[..198];

        Assert.True(MailboxName.TryFrom(new MailAddress("a", domain), out _));
        Assert.False(MailboxName.TryFrom(new MailAddress("ab", domain), out var name));
        Assert.Equal(default, name);
    }

    [Fact]
    public void What_is_no_Unicode_text_is_refused()
    {
        foreach (var text in new[] { "\uD800", "a\uDC00b", "\uFFFE" })
        {
            Assert.False(MailboxName.TryFrom(new MailAddress(text, ""), out _));
            Assert.False(MailboxName.TryFrom(new MailAddress("a", text), out _));
        }
    }

    [Fact]
    public void One_text_in_two_Unicode_forms_is_one_mailbox()
    {
        Assert.True(MailboxName.TryFrom(new MailAddress("jose\u0301", ""), out var decomposed));
        Assert.True(MailboxName.TryFrom(new MailAddress("jos\u00E9", ""), out var composed));
        Assert.True(MailboxName.TryFrom(new MailAddress("H\u0331", ""), out var upper));
        Assert.True(MailboxName.TryFrom(new MailAddress("h\u0331", ""), out var lower));

        Assert.Equal(composed, decomposed);
        Assert.Equal(lower, upper);
    }

    [Fact]
    [Requirement("N3")]
    public void Letter_case_and_Unicode_form_make_no_other_mailbox() =>
        AnyText.Sample(
            local =>
            {
                if (!MailboxName.TryFrom(new MailAddress(local, ""), out var name))
                    return;

                foreach (var form in new[] { NormalizationForm.FormC, NormalizationForm.FormD })
                {
                    var other = local.Normalize(form);
                    Assert.True(MailboxName.TryFrom(new MailAddress(other, ""), out var same));
                    Assert.True(MailboxName.TryFrom(new MailAddress(other.ToUpperInvariant(), ""), out var upper));
                    Assert.True(MailboxName.TryFrom(new MailAddress(other.ToLowerInvariant(), ""), out var lower));
                    Assert.Equal([name, name, name], [same, upper, lower]);
                }
            },
            iter: 20_000);

    [Fact]
    [Requirement("N2", "N3")]
    public void Every_name_is_read_back_as_itself_and_holds_only_safe_characters() =>
        Gen.Select(AnyText, AnyText).Sample(
            (local, domain) =>
            {
                if (!MailboxName.TryFrom(new MailAddress(local, domain), out var name))
                    return;

                Assert.True(MailboxName.TryFromValue(name.Value, out var again));
                Assert.Equal(name, again);
                Assert.InRange(Encoding.UTF8.GetByteCount(name.Value), 1, MailboxName.MaxLength);
                Assert.DoesNotContain(name.Value, it => char.IsControl(it) || "/\\:*?\"<>| ".Contains(it));
                Assert.NotEqual('.', name.Value[0]);
            },
            iter: 5_000);

    [Theory]
    [Requirement("N3")]
    [InlineData("")]
    [InlineData("Bob")]
    [InlineData("bob.lock")]
    [InlineData(".bob")]
    [InlineData("b%6Fb")]
    [InlineData("b%2fb")]
    [InlineData("b%")]
    [InlineData("b%2")]
    [InlineData("b%zz")]
    [InlineData("b%FF")]
    [InlineData("%EF%BF%BE")]
    [InlineData("b ob")]
    [InlineData("a@b@c")]
    [InlineData("con")]
    [InlineData("../x")]
    [InlineData("bob@b\u00FCcher.example")]
    [InlineData("bob@xn--BCHER-kva.example")]
    [InlineData("J\u00D6RG@x")]
    [InlineData("jo\u0308rg@x")]
    public void A_file_that_no_address_is_called_is_no_mailbox(string fileName) =>
        Assert.False(MailboxName.TryFromValue(fileName, out _));

    [Fact]
    public void Any_file_name_is_looked_at_without_throwing() =>
        Gen.Frequency((2, Gen.Const('%')), (6, Gen.Char['0', 'z']), (1, Gen.Char)).Array[0, 12].Sample(
            characters =>
            {
                var fileName = new string(characters);
                if (MailboxName.TryFromValue(fileName, out var name))
                    Assert.Equal(fileName, name.Value);
            },
            iter: 5_000);

    private static MailboxName Name(string address)
    {
        Assert.True(MailAddress.TryParse(address, out var parsed));
        Assert.True(MailboxName.TryFrom(parsed, out var name));
        return name;
    }
}
