using System.Text;
using ActorMail.Protocols.Mail;
using ActorMail.Tests;
using CsCheck;

namespace ActorMail.Protocols.Tests.Mail;

public sealed class DomainNameTests
{
    private static readonly string Long = string.Join('.', Enumerable.Repeat(new string('d', 63), 4));

    [Theory]
    [Requirement("R5321-2.4-c")]
    [InlineData("example.org", "example.org")]
    [InlineData("Example.ORG", "example.org")]
    [InlineData("b\u00FCcher.example", "xn--bcher-kva.example")]
    [InlineData("B\u00DCCHER.Example", "xn--bcher-kva.example")]
    [InlineData("bu\u0308cher.example", "xn--bcher-kva.example")]
    [InlineData("XN--BCHER-KVA.example", "xn--bcher-kva.example")]
    [InlineData("\u043F\u043E\u0447\u0442\u0430.\u0440\u0444", "xn--80a1acny.xn--p1ai")]
    [InlineData("\u90AE\u4EF6.example", "xn--5nq051n.example")]
    [InlineData("[192.0.2.1]", "[192.0.2.1]")]
    [InlineData("[IPv6:2001:DB8::1]", "[ipv6:2001:db8::1]")]
    public void A_domain_is_compared_in_lower_case_and_by_its_A_labels(string text, string value)
    {
        Assert.True(DomainName.TryParse(text, out var domain));
        Assert.Equal(value, domain.Value);
        Assert.True(DomainName.TryParse(value, out var again));
        Assert.Equal(domain, again);
    }

    [Theory]
    [InlineData("stra\u00DFe.example", "xn--strae-oqa.example")]
    [InlineData("\u03C3\u03AF\u03C3\u03C5\u03C6\u03BF\u03C2.example", "xn--kxa6ajbbmh.example")]
    [InlineData("\u03C3\u03AF\u03C3\u03C5\u03C6\u03BF\u03C3.example", "xn--kxa6akbbkh.example")]
    [InlineData("\u0915\u094D\u200D\u0937.example", "xn--11b2ezcw70k.example")]
    [InlineData("\u0915\u094D\u200C\u0937.example", "xn--11b2ezcs70k.example")]
    public void Sharp_s_final_sigma_and_joiners_are_letters_of_their_own(string text, string value)
    {
        Assert.True(DomainName.TryParse(text, out var domain));
        Assert.Equal(value, domain.Value);
        Assert.Equal(text, domain.ToUnicode());
    }

    [Theory]
    [Requirement("R1", "N2", "N6")]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("example.org.")]
    [InlineData(".example.org")]
    [InlineData("b\u00FCcher.example.")]
    [InlineData("b\u00FCcher..example")]
    [InlineData("-b\u00FCcher.example")]
    [InlineData("b\u00FCcher-.example")]
    [InlineData("b_\u00FCcher.example")]
    [InlineData("b\u00FC cher.example")]
    [InlineData("b\u00FCcher.ex/ample")]
    [InlineData("example\u3002org")]
    [InlineData("example\uFF0Eorg")]
    [InlineData("\uFF42\uFF4F\uFF42.example")]
    [InlineData("b\u00FCc\u00ADher.example")]
    [InlineData("b\u00FCc\uFE0Fher.example")]
    [InlineData("b\u00FC\u2024cher.example")]
    [InlineData("a\u2215b.example")]
    [InlineData("a\uFF0Fb.example")]
    [InlineData("\u2100.example")]
    [InlineData("\u2177.example")]
    [InlineData("\u2603.example")]
    [InlineData("a\u200Db.example")]
    [InlineData("a\u200Cb.example")]
    [InlineData("\u0301a.example")]
    [InlineData("a\u0378.example")]
    [InlineData("a\uE000.example")]
    [InlineData("a\uFFFE.example")]
    [InlineData("a\uFFFD\u00FC.example")]
    [InlineData("a\u0085.example")]
    [InlineData("a\u2028.example")]
    [InlineData("\uD800.example")]
    [InlineData("\u00FC.xn--a")]
    [InlineData("[\u00FC]")]
    [InlineData("[127.0.0.\u0661]")]
    public void What_is_no_domain_in_Unicode_is_refused(string text)
    {
        Assert.False(DomainName.TryParse(text, out _));
        Assert.False(MailAddress.TryParse("a@" + text, out _));
    }

    [Theory]
    [Requirement("R1")]
    [InlineData("\u05D0\u05D1\u05D2.example", true)]
    [InlineData("\u05D0\u05D11.example", true)]
    [InlineData("a.\u05D0\u05D1\u05D2", true)]
    [InlineData("\u0645\u062B\u0627\u0644.example", true)]
    [InlineData("\u0645\u0661\u0662.example", true)]
    [InlineData("\u05D0\u05D1\u05D2a.example", false)]
    [InlineData("a\u05D0.example", false)]
    [InlineData("1\u05D0\u05D1.example", false)]
    [InlineData("1.\u05D0\u05D1\u05D2", false)]
    [InlineData("\u0661\u0662.example", false)]
    [InlineData("\u0645\u06611.example", false)]
    [InlineData("\u202Ea\u00FC.example", false)]
    [InlineData("a\u200E\u00FC.example", false)]
    [InlineData("a\u2066\u00FC.example", false)]
    public void No_label_changes_the_direction_of_another(string text, bool isDomain) =>
        Assert.Equal(isDomain, DomainName.TryParse(text, out _));

    [Theory]
    [InlineData("xn--bcher-kva.example", "b\u00FCcher.example")]
    [InlineData("example.org", "example.org")]
    [InlineData("xn--a.example", "xn--a.example")]
    [InlineData("xn--n3h.example", "xn--n3h.example")]
    [InlineData("xn--a-zhcde.example", "xn--a-zhcde.example")]
    [InlineData("xn--strae-oqa.example", "stra\u00DFe.example")]
    public void A_domain_is_shown_with_its_U_labels_unless_they_are_wrong(string text, string unicode)
    {
        Assert.True(DomainName.TryParse(text, out var domain));
        Assert.Equal(unicode, domain.ToUnicode());
    }

    [Theory]
    [Requirement("R1")]
    [InlineData("example.org", "mail.example.org", true)]
    [InlineData("example.org", "a.b.EXAMPLE.org", true)]
    [InlineData("b\u00FCcher.example", "a.xn--bcher-kva.example", true)]
    [InlineData("example.org", "example.org", false)]
    [InlineData("example.org", "badexample.org", false)]
    [InlineData("example.org", "example.org.evil.example", false)]
    [InlineData("[1.2.3.4]", "a.example", false)]
    public void A_domain_contains_those_with_more_labels_before_it(string text, string other, bool contains)
    {
        Assert.True(DomainName.TryParse(text, out var domain));
        Assert.True(DomainName.TryParse(other, out var inner));
        Assert.Equal(contains, domain.Contains(inner));
    }

    [Fact]
    [Requirement("R5321-4.5.3.1.2-a")]
    public void Limits_hold_for_the_A_labels_and_for_the_octets_of_UTF8()
    {
        Assert.True(DomainName.TryParse(Long, out _));
        Assert.False(DomainName.TryParse(Long + ".d", out _));
        // An A-label of 63 octets, and one of 64.
        Assert.True(DomainName.TryParse(new string('a', 55) + "\u00FC.example", out var longest));
        Assert.Equal(63, longest.Value.IndexOf('.', StringComparison.Ordinal));
        Assert.False(DomainName.TryParse(new string('a', 56) + "\u00FC.example", out _));
        // 40 letters of four octets, twice: few as A-labels, but 321 octets of UTF-8.
        var wide = string.Concat(Enumerable.Repeat("\U00020000", 40));
        Assert.True(DomainName.TryParse(wide, out _));
        Assert.False(DomainName.TryParse($"{wide}.{wide}", out _));
    }

    [Fact]
    [Requirement("N3", "R1")]
    public void Any_text_is_looked_at_without_throwing_and_a_domain_is_read_back_as_itself() =>
        Gen.Frequency(
            (6, Gen.Char['a', 'z']), (2, Gen.Const('.')), (2, Gen.Char['\u00C0', '\u0250']),
            (2, Gen.Char['\u0370', '\u06FF']), (1, Gen.Char['\u4E00', '\u4E20']), (1, Gen.Char)).Array[1, 12].Sample(
            characters =>
            {
                var text = new string(characters);
                var isDomain = DomainName.TryParse(text, out var domain);
                Assert.Equal(isDomain, MailAddressParser.IsDomainOrLiteralUtf8(Encoding.UTF8.GetBytes(text)));
                if (domain is null)
                    return;

                Assert.True(MailAddressParser.IsDomainOrLiteral(Encoding.ASCII.GetBytes(domain.Value)));
                Assert.True(DomainName.TryParse(domain.ToUnicode(), out var again));
                Assert.Equal(domain, again);
                Assert.True(DomainName.TryParse(text.ToUpperInvariant(), out var upper) || HasNoUpperCase(text));
                Assert.True(upper is null || upper == domain || HasNoUpperCase(text));
            },
            iter: 20_000);

    /// <summary>ß and ς, and letters whose upper case belongs to others, cannot be had back.</summary>
    private static bool HasNoUpperCase(string text) =>
        !text.SequenceEqual(text.ToUpperInvariant().ToLowerInvariant());
}
