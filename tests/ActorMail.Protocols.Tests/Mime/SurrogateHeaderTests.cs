using System.Text;
using ActorMail.Protocols.Mime;
using ActorMail.Protocols.Tests.Wire;
using ActorMail.Protocols.Wire;
using ActorMail.Tests;
using CsCheck;

namespace ActorMail.Protocols.Tests.Mime;

public sealed class SurrogateHeaderTests
{
    private static readonly Gen<string> Piece = OneOf(
        "From", "To", "Cc", "Subject", "Received", "Content-Type", "Message-ID", "Date", "Keywords", "X", ": ", ":",
        ":", "é", "ü", "\u65E5\u672C", "\u00FF", "(", ")", "\"", "\\", "<", ">", "@", ",", ";", "=", "*", "name",
        "filename*0", "for", "id", "xn--x", "[", "]", "=?UTF-8?Q?a?=", "?=", " ", " ", "\t", "     ", "\0", "\u007F",
        "a", "a@b", "a word that is long enough to fill a line with some others", new string('x', 70),
        new string('y', 901));

    private static readonly Gen<string> LineFeed = OneOf("\n", "\n", "\n ", "\n ", "\n\t", "\n \n ", "\n\n");

    private static readonly Gen<string> AnyEnd = OneOf(
        "\r\n", "\r\n", "\n", "\r", "\r\n ", "\r\n ", "\n ", "\r\n\t\r\n ", "\r\r\n", "\r\n\r\n", "\r ");

    private static Gen<string> Text { get; } = Lines(LineFeed);

    private static Gen<string> Raw { get; } = Lines(AnyEnd);

    [Theory]
    [Requirement("R6856-2.1-a")]
    [InlineData("", "")]
    [InlineData("\n", "\n")]
    [InlineData("é", "??")]
    [InlineData("A: b\n\né\n", "A: b\n\né\n")]
    [InlineData("A: b\nSubject: é\n\né\n", "A: b\nSubject: =?UTF-8?B?w6k=?=\n\né\n")]
    [InlineData("\nSubject: é\n", "\nSubject: é\n")]
    [InlineData("Subject: a\n é\n\n", "Subject: a\n =?UTF-8?B?w6k=?=\n\n")]
    [InlineData("Subject: é\n \nA: b\n\n", "Subject: =?UTF-8?B?w6k=?=\nA: b\n\n")]
    [InlineData("Subject: é", "Subject: =?UTF-8?B?w6k=?=")]
    [InlineData("é: é\n\n", "??: =?UTF-8?B?w6k=?=\n\n")]
    [InlineData("no field é\n é\nA: b\n\n", "no field ??\n ??\nA: b\n\n")]
    [InlineData(" é\nA: b\n\n", " ??\nA: b\n\n")]
    [InlineData("Subject : é\n\n", "Subject : =?UTF-8?B?w6k=?=\n\n")]
    public void Fields_beyond_ASCII_are_in_ASCII_and_nothing_else_changes_whatever_the_cut(string stored, string wanted)
    {
        foreach (var pieces in Pieces.CutInThree(Encoding.UTF8.GetBytes(stored)))
            Assert.Equal(wanted, Encoding.UTF8.GetString(Surrogate.Of(pieces).Octets));
    }

    [Theory]
    [InlineData("A: b\r\nSubject: é\r\n\r\né\r", "A: b\r\nSubject: =?UTF-8?B?w6k=?=\r\n\r\né\r")]
    [InlineData("Subject: é\n é\r\nA: b\r\n\r\n", "Subject: =?UTF-8?B?w6k=?=\n =?UTF-8?B?IMOp?=\nA: b\r\n\r\n")]
    [InlineData("Subject: é\r\n é\nA: b\r\n\n", "Subject: =?UTF-8?B?w6k=?=\r\n =?UTF-8?B?IMOp?=\r\nA: b\r\n\n")]
    [InlineData("Subject: é\r\n \nA: b\n\r\n", "Subject: =?UTF-8?B?w6k=?=\r\nA: b\n\r\n")]
    [InlineData("Subject: é\n \r\nA: b\r\n\r\n", "Subject: =?UTF-8?B?w6k=?=\nA: b\r\n\r\n")]
    [InlineData("Subject: a\ré\r\r\n\r\n", "Subject: =?UTF-8?B?YQ3DqQ0=?=\r\n\r\n")]
    public void A_raw_image_keeps_the_line_ends_that_it_has(string stored, string wanted)
    {
        foreach (var pieces in Pieces.CutInThree(Encoding.UTF8.GetBytes(stored)))
        {
            var surrogate = Surrogate.Of(pieces, BodyTraits.EightBit | BodyTraits.Raw);
            Assert.Equal(wanted, Encoding.UTF8.GetString(surrogate.Octets));
        }
    }

    [Fact]
    public void It_is_over_with_the_blank_line()
    {
        var header = new SurrogateHeader(BodyTraits.EightBit);
        var output = new NarrowWriter(9);
        header.Write("Subject: \u00E9\n"u8, output);
        Assert.False(header.IsOver);

        header.Write("\n"u8, output);

        Assert.True(header.IsOver);
        Assert.Equal("Subject: =?UTF-8?B?w6k=?=\n\n", Pieces.Text(output.Written));
        Assert.Equal(14, header.Growth);
    }

    [Theory]
    [InlineData(BodyTraits.None, false)]
    [InlineData(BodyTraits.EightBit, true)]
    [InlineData(BodyTraits.EightBit | BodyTraits.HeaderIsAscii, false)]
    [InlineData(BodyTraits.EightBit | BodyTraits.Raw, true)]
    public void Traits_say_whether_a_header_has_to_be_looked_at(BodyTraits traits, bool isNeeded) =>
        Assert.Equal(isNeeded, SurrogateHeader.MayBeNeeded(traits));

    [Fact]
    [Requirement("F1")]
    public void A_field_longer_than_the_limit_loses_what_is_not_ASCII_whatever_the_cut()
    {
        var most = "To: é" + new string('a', SurrogateHeader.MaxFieldLength - 7) + "\n";
        Assert.Equal(SurrogateHeader.MaxFieldLength, Encoding.UTF8.GetByteCount(most));
        Assert.StartsWith("To: =?", Surrogate.OfField(most[..^1]));

        var longer = Encoding.UTF8.GetBytes("To: éa" + most[5..] + " é\nSubject: é\n\né");
        var wanted = "To: ??a" + most[5..] + " ??\nSubject: =?UTF-8?B?w6k=?=\n\né";
        foreach (var size in new[] { longer.Length, 4_093, 1 })
        {
            var surrogate = Surrogate.Of(Pieces.Chunks(longer, size));
            Assert.Equal(wanted, Encoding.UTF8.GetString(surrogate.Octets));
            Assert.Equal(14, surrogate.Growth);
        }
    }

    [Fact]
    [Requirement("R6856-2.1-a", "R6856-2.1-b", "F6")]
    public void Whatever_the_image_its_surrogate_is_sound() =>
        Text.Sample(
            text =>
            {
                AssertIsSound(Encoding.UTF8.GetBytes(text), BodyTraits.EightBit);
                AssertIsSound(Encoding.Latin1.GetBytes(text), BodyTraits.EightBit);
            },
            iter: 5_000);

    [Fact]
    [Requirement("R6856-2.1-a", "R6856-2.1-b", "F6")]
    public void Whatever_a_raw_image_its_surrogate_is_sound() =>
        Raw.Sample(
            text => AssertIsSound(Encoding.UTF8.GetBytes(text), BodyTraits.EightBit | BodyTraits.Raw),
            iter: 5_000);

    [Fact]
    public void Whatever_the_image_its_surrogate_does_not_depend_on_the_cut() =>
        Gen.Select(Gen.OneOf(Text, Raw), Gen.Int[1, 9]).Sample(
            (text, size) =>
            {
                var octets = Encoding.UTF8.GetBytes(text);
                var traits = text.Contains('\r', StringComparison.Ordinal) ? BodyTraits.Raw : BodyTraits.None;
                var whole = Surrogate.Of([octets], traits | BodyTraits.EightBit);
                var cut = Surrogate.Of(Pieces.Chunks(octets, size), traits | BodyTraits.EightBit);
                Assert.Equal(Pieces.Text(whole.Octets), Pieces.Text(cut.Octets));
                Assert.Equal((whole.Growth, whole.IsOver), (cut.Growth, cut.IsOver));
            },
            iter: 2_000);

    private static void AssertIsSound(byte[] stored, BodyTraits traits) =>
        Assert.Null(SurrogateModel.FaultOf(stored, Surrogate.Of([stored], traits), traits));

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(it => values[it]);

    private static Gen<string> Lines(Gen<string> lineEnd) =>
        Gen.Select(Piece.Array[0, 12], lineEnd, (words, end) => string.Concat(words) + end)
            .Array[0, 8]
            .Select(string.Concat);
}
