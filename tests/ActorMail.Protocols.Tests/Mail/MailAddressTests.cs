using System.Text;
using ActorMail.Protocols.Mail;
using ActorMail.Tests;
using CsCheck;

namespace ActorMail.Protocols.Tests.Mail;

public sealed class MailAddressTests
{
    [Theory]
    [Requirement("R5321-4.1.2-a", "R5321-4.1.2-b", "R5321-2.4-b", "R5321-2.3.11-a")]
    [InlineData("bob@example.org", "bob", "example.org")]
    [InlineData("John.SMITH@x.example", "John.SMITH", "x.example")]
    [InlineData("bob", "bob", "")]
    [InlineData("\"bob\"@x", "bob", "x")]
    [InlineData("\"b\\ob\"@x", "bob", "x")]
    [InlineData("\"a b\"@x", "a b", "x")]
    [InlineData("\"a\\\"b\"@x", "a\"b", "x")]
    [InlineData("\"a@b\"@x", "a@b", "x")]
    [InlineData("\"..\"@x", "..", "x")]
    [InlineData("a+b=c%d/e@remote.example", "a+b=c%d/e", "remote.example")]
    [InlineData("!#$%&'*+/=?^_`{|}~-@x", "!#$%&'*+/=?^_`{|}~-", "x")]
    [InlineData("remote!x@1-2.example", "remote!x", "1-2.example")]
    [InlineData("a@[127.0.0.1]", "a", "[127.0.0.1]")]
    [InlineData("a@[IPV6:2001:db8::1]", "a", "[IPV6:2001:db8::1]")]
    public void An_address_is_what_its_spelling_means(string text, string local, string domain)
    {
        Assert.True(MailAddress.TryParse(text, out var address));
        Assert.Equal(new MailAddress(local, domain), address);
    }

    [Theory]
    [Requirement("R5321-4.1.2-b", "R5321-4.1.2-c", "R5321-4.1.2-d", "R5321-2.4-d", "N6", "S2")]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("@x")]
    [InlineData("a@")]
    [InlineData(".a@x")]
    [InlineData("a.@x")]
    [InlineData("a..b@x")]
    [InlineData("a b@x")]
    [InlineData("a@@x")]
    [InlineData("a@b@x")]
    [InlineData("\"a@x")]
    [InlineData("\"a\"b@x")]
    [InlineData("a\"b\"@x")]
    [InlineData("\"\"@x")]
    [InlineData("\"a\\")]
    [InlineData("\"a\tb\"@x")]
    [InlineData("\"a\\\0\"@x")]
    [InlineData("b\0ob@x")]
    [InlineData("b\tob@x")]
    [InlineData("bob@x\r\n")]
    [InlineData("(comment)bob@x")]
    [InlineData("bob@x (comment)")]
    [InlineData("<bob@x>")]
    [InlineData("a@b_c.example")]
    [InlineData("a@b$c")]
    [InlineData("a@-b.example")]
    [InlineData("a@b-.example")]
    [InlineData("a@b..c")]
    [InlineData("a@.c")]
    [InlineData("a@c.")]
    [InlineData("h\u0085@x")]
    [InlineData("\"h\\\u00E9\"@x")]
    public void What_is_no_address_is_not_taken_for_one(string text) =>
        Assert.False(MailAddress.TryParse(text, out _));

    [Theory]
    [Requirement("S9", "R5321-2.4-d")]
    [InlineData("h\u00E9@x", "h\u00E9", "x")]
    [InlineData("h@\u00E9.example", "h", "\u00E9.example")]
    [InlineData("\"h \u00E9\"@x", "h \u00E9", "x")]
    [InlineData("\u7528\u6237@\u4F8B\u5B50.example", "\u7528\u6237", "\u4F8B\u5B50.example")]
    [InlineData("\U0001F600.a@x", "\U0001F600.a", "x")]
    [InlineData("\u0915\u094D\u200D\u0937@x", "\u0915\u094D\u200D\u0937", "x")]
    public void UTF8_is_read_where_it_may_stand_and_nowhere_else(string text, string local, string domain)
    {
        var octets = Encoding.UTF8.GetBytes(text);
        Assert.False(MailAddress.TryParse(octets, out _));
        Assert.True(MailAddress.TryParseUtf8(octets, out var address));
        Assert.Equal(new MailAddress(local, domain), address);
        Assert.False(address.IsAscii);
        Assert.True(MailAddress.TryParse(address.ToString(), out var again));
        Assert.Equal(address, again);
    }

    [Theory]
    [Requirement("S9", "N2")]
    [InlineData("C0AE")]
    [InlineData("C1AF")]
    [InlineData("E080AF")]
    [InlineData("EDA080")]
    [InlineData("F4908080")]
    [InlineData("FF")]
    [InlineData("80")]
    [InlineData("C3")]
    [InlineData("C285")]
    [InlineData("C29F")]
    [InlineData("E280A8")]
    [InlineData("E280A9")]
    [InlineData("E280AE")]
    [InlineData("E281A6")]
    [InlineData("E2808B")]
    [InlineData("EFBBBF")]
    [InlineData("C2AD")]
    [InlineData("C2A0")]
    [InlineData("E38080")]
    [InlineData("EFBFBD")]
    [InlineData("EFBFBE")]
    [InlineData("EFB790")]
    [InlineData("EE8080")]
    [InlineData("CDB8")]
    public void Octets_that_are_no_text_to_be_seen_are_refused_with_UTF8_too(string hex)
    {
        var octets = Convert.FromHexString(hex);
        Assert.False(MailAddress.TryParseUtf8([.. "b"u8, .. octets, .. "b@x"u8], out _));
        Assert.False(MailAddress.TryParseUtf8([.. "\"b"u8, .. octets, .. "\"@x"u8], out _));
        Assert.False(MailAddress.TryParseUtf8([.. "b@b"u8, .. octets, .. ".example"u8], out _));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_no_address() => Assert.False(MailAddress.TryParse("a\uD800@x", out _));

    [Theory]
    [Requirement("R5321-4.1.3-a")]
    [InlineData("[127.0.0.1]", true)]
    [InlineData("[255.255.255.255]", true)]
    [InlineData("[IPv6:::1]", true)]
    [InlineData("[ipv6:::]", true)]
    [InlineData("[IPv6:2001:db8::1]", true)]
    [InlineData("[IPv6:2001:db8:0:1:2:3::4]", true)]
    [InlineData("[IPv6:::ffff:192.0.2.1]", true)]
    [InlineData("[300.1.1.1]", false)]
    [InlineData("[1.2.3]", false)]
    [InlineData("[1.2.3.4.5]", false)]
    [InlineData("[1.2.3.]", false)]
    [InlineData("[1.2.3.4\0]", false)]
    [InlineData("[1.2\0.3.4]", false)]
    [InlineData("[+1.2.3.4]", false)]
    [InlineData("[0x7f.0.0.1]", false)]
    [InlineData("[127.0.0.1", false)]
    [InlineData("127.0.0.1]", false)]
    [InlineData("[]", false)]
    [InlineData("[IPv6:]", false)]
    [InlineData("[IPv6:zz]", false)]
    [InlineData("[IPv6:1.2.3.4]", false)]
    [InlineData("[IPv6:1::2::3]", false)]
    [InlineData("[IPv6:fe80::1%3]", false)]
    [InlineData("[IPv6:::1/64]", false)]
    [InlineData("[IPv6: ::1]", false)]
    [InlineData("[IPv6:[::1]]", false)]
    [InlineData("[IPv6:::ffff:1.2.3]", false)]
    [InlineData("[IPv6:::ffff:300.2.3.4]", false)]
    [InlineData("[::1]", false)]
    [InlineData("[x400:abc]", false)]
    public void An_address_literal_is_an_address_in_brackets(string text, bool isLiteral)
    {
        Assert.Equal(isLiteral, MailAddressParser.IsAddressLiteral(Encoding.ASCII.GetBytes(text)));
        Assert.Equal(isLiteral, MailAddress.TryParse("a@" + text, out _));
    }

    [Fact]
    [Requirement("R5321-4.5.3.1.1-a", "R5321-4.5.3.1.2-a")]
    public void Local_parts_of_64_and_domains_of_255_octets_are_the_longest()
    {
        var (local, label) = (new string('a', 64), new string('d', 63));
        var domain = $"{label}.{label}.{label}.{label}";

        Assert.True(MailAddress.TryParse($"{local}@{domain}", out _));
        Assert.True(MailAddress.TryParse($"\"{local}\"@{domain}", out _));
        Assert.False(MailAddress.TryParse($"{local}a@x", out _));
        Assert.False(MailAddress.TryParse($"\"{local}a\"@x", out _));
        Assert.False(MailAddress.TryParse($"a@{domain}.d", out _));
        Assert.False(MailAddress.TryParse($"a@{label}d", out _));

        var wide = string.Concat(Enumerable.Repeat("\u00E9", 32));
        Assert.True(MailAddress.TryParse($"{wide}@x", out _));
        Assert.True(MailAddress.TryParse($"\"{wide}\"@x", out _));
        Assert.False(MailAddress.TryParse($"{wide}a@x", out _));
        Assert.False(MailAddress.TryParse($"\"{wide}a\"@x", out _));
    }

    [Theory]
    [InlineData("bob", "x", "bob@x")]
    [InlineData("a b", "x", "\"a b\"@x")]
    [InlineData("a\"b\\", "", "\"a\\\"b\\\\\"")]
    [InlineData("a..b", "[127.0.0.1]", "\"a..b\"@[127.0.0.1]")]
    [InlineData("a@b", "x", "\"a@b\"@x")]
    public void An_address_is_quoted_where_it_has_to_be(string local, string domain, string text) =>
        Assert.Equal(text, new MailAddress(local, domain).ToString());

    [Fact]
    [Requirement("R5321-4.1.2-a")]
    public void What_an_address_is_written_as_is_read_as_the_same_address() =>
        Gen.Char[' ', '~'].Array[1, 20].Sample(
            characters =>
            {
                var address = new MailAddress(new string(characters), "example.org");
                Assert.True(MailAddress.TryParse(address.ToString(), out var again));
                Assert.Equal(address, again);
            },
            iter: 5_000);

    [Fact]
    public void The_parser_takes_any_octets_without_throwing() =>
        Gen.Frequency((1, Gen.Byte), (3, Gen.Byte[0x20, 0x7E])).Array[0, 40].Sample(
            octets =>
            {
                if (MailAddress.TryParse(octets, out var address))
                    Assert.All(address.ToString(), it => Assert.InRange(it, ' ', '~'));
                if (MailAddress.TryParseUtf8(octets, out var wide))
                    Assert.All(wide.ToString(), it => Assert.False(char.IsControl(it)));
                Assert.True(address is null || address == wide);
            },
            iter: 5_000);
}
