using System.Text;
using ActorMail.Protocols.Sasl;
using ActorMail.Tests;
using CsCheck;

namespace ActorMail.Protocols.Tests.Sasl;

public sealed class PreparationTests
{
    private static readonly Gen<string> AnyText = Gen.Frequency(
        (4, Gen.Char[' ', '~']), (2, Gen.Char['\u00A0', '\u036F']), (1, Gen.Char['\uFF00', '\uFFFF']), (3, Gen.Char))
        .Array[0, 12].Select(it => new string(it));

    /// <summary>The first five are the examples of RFC 8265 §4.3.</summary>
    [Theory]
    [InlineData("correct horse battery staple", "correct horse battery staple")]
    [InlineData("Correct Horse Battery Staple", "Correct Horse Battery Staple")]
    [InlineData("\u03c0\u00df\u00e5", "\u03c0\u00df\u00e5")]
    [InlineData("Jack of \u2666s", "Jack of \u2666s")]
    [InlineData("foo\u1680bar", "foo bar")]
    [InlineData("a\u00a0b\u2003c\u3000d\u202fe", "a b c d e")]
    [InlineData("Gru\u0308\u00dfe", "Gr\u00fc\u00dfe")]
    [InlineData("\uff21\ufb01\u00b2", "\uff21\ufb01\u00b2")]
    [InlineData("\u1112\u1161\u11ab", "\ud55c")]
    [InlineData("l\u00b7l", "l\u00b7l")]
    [InlineData("\u0915\u094d\u200d\u0937", "\u0915\u094d\u200d\u0937")]
    [InlineData("\ud83d\ude00", "\ud83d\ude00")]
    [InlineData(" % \" ' ${x} * ? ", " % \" ' ${x} * ? ")]
    public void A_password_is_prepared(string password, string prepared)
    {
        Assert.True(OpaqueString.TryPrepare(password, out var text));
        Assert.Equal(prepared, text);
    }

    [Theory]
    [Requirement("A5")]
    [InlineData("")]
    [InlineData("my cat is a \tby")]
    [InlineData("a\0")]
    [InlineData("a\r\n")]
    [InlineData("a\u007f")]
    [InlineData("a\u0085")]
    [InlineData("a\u2028")]
    [InlineData("a\u200b")]
    [InlineData("a\u200d")]
    [InlineData("a\u202e")]
    [InlineData("a\ufeff")]
    [InlineData("a\ufe0f")]
    [InlineData("a\ue000")]
    [InlineData("a\uffff")]
    [InlineData("a\ufffe")]
    [InlineData("a\ufdd0")]
    [InlineData("a\ud83f\udfff")]
    [InlineData("a\u0378")]
    [InlineData("a\u1160")]
    [InlineData("a\u1161")]
    [InlineData("a\u00b7b")]
    [InlineData("\u0660\u06f0")]
    [InlineData("a\u30fb")]
    public void What_can_be_no_password_is_refused(string password) =>
        Assert.False(OpaqueString.TryPrepare(password, out _));

    /// <summary>Of the examples of RFC 8265 §3.5 those that are allowed, and addresses.</summary>
    [Theory]
    [InlineData("juliet@example.com", "juliet@example.com")]
    [InlineData("fussball", "fussball")]
    [InlineData("fu\u00dfball", "fu\u00dfball")]
    [InlineData("\u03c0", "\u03c0")]
    [InlineData("\u03a3", "\u03a3")]
    [InlineData("\u03c2", "\u03c2")]
    [InlineData("Bob", "Bob")]
    [InlineData("bob\uff20\uff58", "bob@x")]
    [InlineData("\uff76\uff9e", "\u30ac")]
    [InlineData("a  b", "a  b")]
    [InlineData("%u*?'\"${x}", "%u*?'\"${x}")]
    public void A_name_is_prepared(string name, string prepared)
    {
        Assert.True(UserName.TryPrepare(name, out var text));
        Assert.Equal(prepared, text);
        Assert.True(UserName.TryPrepare(Encoding.UTF8.GetBytes(name), out var same));
        Assert.Equal(prepared, same);
    }

    [Theory]
    [Requirement("A5")]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(" bob")]
    [InlineData("bob ")]
    [InlineData("\u3000bob")]
    [InlineData("bob\u00a0x")]
    [InlineData("bob\0")]
    [InlineData("bob\r\n")]
    [InlineData("\u202ebob")]
    [InlineData("\u265a")]
    [InlineData("henry\u2163")]
    [InlineData("\ufb01sh")]
    [InlineData("\u212b\u2460")]
    [InlineData("\uffe3")]
    [InlineData("\u3164")]
    [InlineData("\uffa1")]
    [InlineData("\u0640")]
    public void What_can_be_no_name_is_refused(string name) => Assert.False(UserName.TryPrepare(name, out _));

    /// <summary>The runner does not hand these over as they are.</summary>
    [Fact]
    [Requirement("A5")]
    public void Half_a_surrogate_pair_is_no_text()
    {
        foreach (var text in (string[])["\ud800", "a\ud800", "\udc00a", "\udc00\ud800"])
        {
            Assert.False(OpaqueString.TryPrepare(text, out _));
            Assert.False(UserName.TryPrepare(text, out _));
        }
    }

    [Fact]
    [Requirement("A5")]
    public void What_is_prepared_stays_as_it_is() => AnyText.Sample(text =>
    {
        if (OpaqueString.TryPrepare(text, out var password))
        {
            Assert.True(OpaqueString.TryPrepare(password, out var again));
            Assert.Equal(password, again);
        }

        if (UserName.TryPrepare(text, out var name))
        {
            Assert.True(UserName.TryPrepare(name, out var again));
            Assert.Equal(name, again);
        }
    }, iter: 20_000);

    [Fact]
    public void Every_code_point_is_taken_or_refused_and_never_thrown_at()
    {
        var (passwords, names) = (0, 0);
        // Behind the ideographs there are planes with nothing but tags, private use and noncharacters.
        for (var code = 0; code <= 0x10FFFF; code += code < 0x33480 ? 1 : 0xFD)
        {
            var text = Rune.IsValid(code) ? new Rune(code).ToString() : ((char)code).ToString();
            var isPassword = OpaqueString.TryPrepare(text, out _);
            var isName = UserName.TryPrepare(text, out _);
            Assert.True(isPassword || !isName, $"U+{code:X4}");
            passwords += isPassword ? 1 : 0;
            names += isName ? 1 : 0;
        }

        // Unicode grows with .NET: 140,000 letters at least, and passwords have all the signs as well.
        Assert.InRange(names, 140_000, passwords - 5_000);
        Assert.InRange(passwords, 150_000, 200_000);
    }
}
