using System.Text;
using ActorMail.Protocols.Sasl;
using ActorMail.Tests;
using CsCheck;

namespace ActorMail.Protocols.Tests.Sasl;

public sealed class SaslTextTests
{
    [Theory]
    [Requirement("R4954-4-h", "R5034-4-e", "A6")]
    [InlineData("=")]
    [InlineData("==")]
    [InlineData("====")]
    [InlineData("A")]
    [InlineData("AA")]
    [InlineData("AAA")]
    [InlineData("A===")]
    [InlineData("AA==AAAA")]
    [InlineData("AA=A")]
    [InlineData("=AAA")]
    [InlineData("AAAA=")]
    [InlineData("AAAA====")]
    [InlineData("AAA\n")]
    [InlineData("AAAA\r\n\r\n")]
    [InlineData(" AAA")]
    [InlineData("AAA ")]
    [InlineData("AA AA AA")]
    [InlineData("AA\t=")]
    [InlineData("AA-_")]
    [InlineData("AA*=")]
    [InlineData("*")]
    [InlineData("AAA\u00e4")]
    [InlineData("AAA\0")]
    [InlineData("AB==")]
    [InlineData("AAB=")]
    public void Strict_base64_takes_nothing_else(string line) =>
        Assert.False(SaslText.TryDecode(Encoding.Latin1.GetBytes(line), out _));

    [Theory]
    [InlineData("", "")]
    [InlineData("AA==", "\0")]
    [InlineData("AHRpbQB0YW5zdGFhZnRhbnN0YWFm", "\0tim\0tanstaaftanstaaf")]
    [InlineData("dXNlcg==", "user")]
    public void A_line_is_decoded(string line, string text)
    {
        Assert.True(SaslText.TryDecode(Encoding.ASCII.GetBytes(line), out var octets));
        Assert.Equal(text, Encoding.ASCII.GetString(octets));
    }

    [Theory]
    [Requirement("R4954-4-m")]
    [InlineData("=", "")]
    [InlineData("dXNlcg==", "user")]
    public void An_equals_sign_is_an_initial_response_that_is_empty(string argument, string text)
    {
        Assert.True(SaslText.TryDecodeInitial(Encoding.ASCII.GetBytes(argument), out var octets));
        Assert.Equal(text, Encoding.ASCII.GetString(octets));
    }

    [Theory]
    [Requirement("R4954-4-m", "R4954-4-h")]
    [InlineData("")]
    [InlineData("==")]
    [InlineData("= ")]
    [InlineData("=====")]
    [InlineData("*")]
    public void Nothing_else_is_an_empty_initial_response(string argument) =>
        Assert.False(SaslText.TryDecodeInitial(Encoding.ASCII.GetBytes(argument), out _));

    [Fact]
    [Requirement("A6")]
    public void A_line_of_12288_octets_is_decoded_and_a_longer_one_is_not()
    {
        var line = new byte[12_292];
        line.AsSpan().Fill((byte)'A');
        Assert.True(SaslText.TryDecode(line.AsSpan(0, 12_288), out var octets));
        Assert.Equal(9_216, octets.Length);
        Assert.False(SaslText.TryDecode(line, out _));
    }

    [Fact]
    [Requirement("R4954-4-d", "R5034-4-c")]
    public void A_challenge_is_base64_on_one_line_and_comes_back() =>
        Gen.Byte.Array[0, 2_000].Sample(octets =>
        {
            var text = SaslText.Encode(octets);
            return text.All(it => char.IsAsciiLetterOrDigit(it) || it is '+' or '/' or '=')
                && SaslText.TryDecode(Encoding.ASCII.GetBytes(text), out var back) && back.SequenceEqual(octets);
        }, iter: 2_000);

    [Fact]
    [Requirement("R4954-4-f", "R5034-4-c")]
    public void An_empty_challenge_is_no_text_at_all() => Assert.Equal("", SaslText.Encode([]));

    [Fact]
    [Requirement("R4954-4-h", "R5034-4-e")]
    public void What_is_decoded_has_one_spelling() =>
        SaslTesting.OneOf([.. "AB+/=ab01 -\r*"u8]).Array[0, 12].Sample(line =>
            !SaslText.TryDecode(line, out var octets)
            || SaslText.Encode(octets) == Encoding.ASCII.GetString(line), iter: 20_000);
}
