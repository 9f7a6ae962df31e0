using ActorMail.Protocols.Wire;
using ActorMail.Tests;
using CsCheck;

namespace ActorMail.Protocols.Tests.Wire;

/// <summary>By blocks or line by line, an image goes out the same; and the slow model says the same.</summary>
public sealed class VectorizedEncoderTests
{
    [Fact]
    [Requirement("R5321-4.5.2-c", "D11")]
    public void What_is_looked_for_is_found_at_every_offset_of_a_block()
    {
        foreach (var before in Awkward.Before)
        {
            foreach (var octets in Awkward.Stored)
            {
                AssertEncoded($"{before}{octets}{Awkward.Filler}");
                AssertEncoded($"a line\n{before}{octets}{Awkward.Filler}\n");
            }
        }
    }

    [Fact]
    [Requirement("R5321-4.5.2-c", "D11")]
    public void What_is_looked_for_is_found_behind_anything_else_that_is()
    {
        foreach (var first in Awkward.Stored)
        {
            foreach (var second in Awkward.Stored)
            {
                for (var before = 52; before < 66; before++)
                    AssertEncoded($"{new string('b', before)}{first}{second}{Awkward.Filler}");
            }
        }
    }

    [Fact]
    [Requirement("R5321-4.5.2-c", "D11")]
    public void Neither_the_cut_nor_the_room_of_the_output_makes_a_difference()
    {
        foreach (var kind in Awkward.Stored.Chunk(8))
        {
            var text = string.Concat(kind.Select(it => new string('c', 9) + it));
            var octets = Pieces.Octets($"{text}{Awkward.Filler}\n{text}{Awkward.Filler}");
            var expected = Encode([octets], BodyTraits.Quoted, isVectorized: false);
            for (var at = 0; at <= octets.Length; at++)
            {
                byte[][] pieces = [octets[..at], octets[at..]];
                Assert.Equal(expected, Encode(pieces, BodyTraits.Quoted));
                Assert.Equal(expected, Encode(pieces, BodyTraits.Quoted, width: at + 1));
            }
        }
    }

    [Theory]
    [InlineData("\n")]
    [InlineData(".\n")]
    [InlineData(">\n")]
    [InlineData("\r\n")]
    [InlineData(">From \n")]
    public void An_image_that_grows_as_much_as_one_can_fits_the_output(string line)
    {
        for (var count = 0; count < 300; count++)
            AssertEncoded(string.Concat(Enumerable.Repeat(line, count)));
    }

    [Fact]
    public void A_run_of_quotes_longer_than_many_blocks_is_matched_whole()
    {
        var quotes = new string('>', 1_000);
        AssertEncoded($"{quotes}From x\n{quotes}Fro\n.{quotes}From \n{Awkward.Filler}\n{quotes}");
    }

    [Fact]
    [Requirement("R5321-4.5.2-c", "D11")]
    public void Any_long_image_is_encoded_the_same_whatever_the_cut() =>
        Gen.Select(WireGen.LongStored, Gen.Int[1, 700], Gen.Int[1, 700], Gen.Bool).Sample(
            (stored, size, width, isQuoted) =>
            {
                var octets = Pieces.Octets(stored);
                var traits = isQuoted ? BodyTraits.Quoted : BodyTraits.None;
                var expected = DataModel.Encode(stored, null, isQuoted);
                Assert.Equal(expected, Encode([octets], traits));
                Assert.Equal(expected, Encode([octets], traits, isVectorized: false));
                Assert.Equal(expected, Encode(Pieces.Chunks(octets, size), traits, width: width));
            },
            iter: 5_000);

    [Theory]
    [InlineData("a line of text that is as long as most are, or somewhat longer than that, perhaps\n")]
    [InlineData(".\n..a line\n")]
    [InlineData(">From x\n>>From x\n>\nF\n")]
    [InlineData("\n\na\n")]
    [InlineData("raw\r\n\r\n\u00E9\t\n")]
    public void Blocks_take_all_but_the_last_two(string lines)
    {
        var stored = Pieces.Octets(string.Concat(Enumerable.Repeat(lines, 100)));
        var blocks = new BodyBlocks(isQuoted: true);

        blocks.Run(
            stored, new byte[2 * stored.Length + BodyBlocks.MinOutput], isAtLineStart: true, isBehindReturn: false);

        Assert.InRange(blocks.Taken, stored.Length - BodyBlocks.MinInput + 1, stored.Length);
    }

    private static void AssertEncoded(string stored)
    {
        var octets = Pieces.Octets(stored);
        foreach (var traits in new[] { BodyTraits.None, BodyTraits.Quoted })
        {
            var expected = DataModel.Encode(stored, null, traits is BodyTraits.Quoted);
            Assert.Equal(expected, Encode([octets], traits));
            Assert.Equal(expected, Encode([octets], traits, isVectorized: false));
        }
    }

    private static string Encode(byte[][] pieces, BodyTraits traits, int width = 4_096, bool isVectorized = true)
    {
        var encoder = new BodyEncoder(traits) { IsVectorized = isVectorized };
        var output = new NarrowWriter(width);
        foreach (var piece in pieces)
            encoder.Write(piece, output);
        encoder.WriteEnd(output);
        return Pieces.Text(output.Written);
    }
}
