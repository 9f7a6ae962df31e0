using ActorMail.Protocols.Wire;
using ActorMail.Tests;
using CsCheck;

namespace ActorMail.Protocols.Tests.Wire;

/// <summary>By blocks or octet by octet, a message is decoded to the same; and the slow model says the same.</summary>
public sealed class VectorizedDecoderTests
{
    private const string End = "\r\n.\r\nNOOP\r\n";

    /// <summary>In a body, in a header, and where it is not known yet whether there is a header.</summary>
    private static readonly string[] Starts = ["X: y\r\n\r\n", "X: y\r\nZ: ", ""];

    [Fact]
    [Requirement("S1", "D11")]
    public void What_is_looked_for_is_found_at_every_offset_of_a_block()
    {
        foreach (var start in Starts)
        {
            foreach (var before in Awkward.Before)
            {
                foreach (var octets in Awkward.Wire)
                    AssertDecoded($"{start}{before}{octets}{Awkward.Filler}{End}");
            }
        }
    }

    [Fact]
    [Requirement("S1", "D11")]
    public void What_is_looked_for_is_found_behind_anything_else_that_is()
    {
        foreach (var first in Awkward.Wire)
        {
            foreach (var second in Awkward.Wire)
            {
                for (var before = 52; before < 66; before++)
                    AssertDecoded($"X: y\r\n\r\n{new string('b', before)}{first}{second}{Awkward.Filler}{End}");
            }
        }
    }

    [Fact]
    [Requirement("S1", "D11", "R2920-3.2-e")]
    public void Neither_the_cut_nor_the_room_of_the_output_makes_a_difference()
    {
        foreach (var start in Starts)
        {
            // A bare CR or LF would end the blocks for good.
            foreach (var kind in Awkward.Wire.Where(it => !it.Replace("\r\n", "").ContainsAny(['\r', '\n'])).Chunk(8))
            {
                var text = string.Concat(kind.Select(it => new string('c', 9) + it));
                var octets = Pieces.Octets($"{start}{text}{Awkward.Filler}\r\n{text}{Awkward.Filler}{End}");
                var expected = Decoded.From([octets], isVectorized: false);
                for (var at = 0; at <= octets.Length; at++)
                {
                    byte[][] pieces = [octets[..at], octets[at..]];
                    Assert.Equal(expected, Decoded.From(pieces));
                    Assert.Equal(expected, Decoded.FromSegments(pieces, width: at + 1));
                }
            }
        }
    }

    [Fact]
    [Requirement("S5", "R1870-6.3-a")]
    public void The_limit_falls_on_the_same_octet()
    {
        var wire = "X: y\r\n\r\n" + string.Concat(Enumerable.Repeat("..dot\r\nFrom x\r\nplain\r\n", 20)) + End;
        var octets = Pieces.Octets(wire);
        var isRefused = new List<bool>();
        for (var limit = 0; limit <= wire.Length; limit++)
        {
            var expected = Decoded.From([octets], limit, isVectorized: false);
            Assert.Equal(expected, Decoded.From([octets], limit));
            Assert.Equal(expected, Decoded.From(Pieces.Chunks(octets, 150), limit));
            isRefused.Add(expected.Fault is DataFault.TooLarge);
        }

        // The dots that were stuffed, the final one and what follows do not count.
        Assert.Equal(wire.Length - 20 - ".\r\nNOOP\r\n".Length, isRefused.IndexOf(false));
    }

    [Fact]
    [Requirement("S5")]
    public void Nothing_beyond_the_limit_is_written_however_much_comes_at_once()
    {
        var decoder = new DataDecoder(maxWireLength: 1_000, maxReceivedFields: 100) { IsVectorized = true };
        var output = new NarrowWriter(100_000);
        var input = Pieces.Join(Pieces.Octets(string.Concat(Enumerable.Repeat("a line\r\n", 10_000))));

        decoder.Decode(ref input, output);

        Assert.Equal(DataFault.TooLarge, decoder.Fault);
        Assert.InRange(output.Written.Length, 0, 1_000);
    }

    [Fact]
    public void A_run_of_quotes_longer_than_many_blocks_is_matched_whole()
    {
        var quotes = new string('>', 1_000);
        AssertDecoded($"X: y\r\n\r\n{quotes}From x\r\n{quotes}Fro\r\n.{quotes}From \r\n{Awkward.Filler}{quotes}{End}");
    }

    [Fact]
    [Requirement("S1", "D11", "R2920-3.2-e")]
    public void Any_long_message_is_decoded_the_same_whatever_the_cut() =>
        Gen.Select(WireGen.LongData, Gen.Int[1, 700], Gen.Int[1, 700], Gen.Int[0, 1]).Sample(
            (data, size, width, start) =>
            {
                var wire = Starts[start] + data + End;
                var octets = Pieces.Octets(wire);
                var expected = DataModel.Decode(wire);
                Assert.Equal(expected, Decoded.From([octets]));
                Assert.Equal(expected, Decoded.From([octets], isVectorized: false));
                Assert.Equal(expected, Decoded.From(Pieces.Chunks(octets, size)));
                Assert.Equal(expected, Decoded.FromSegments(Pieces.Chunks(octets, size), width: width));
            },
            iter: 5_000);

    [Theory]
    [InlineData("a line of text that is as long as most are, or somewhat longer than that, perhaps\r\n", false)]
    [InlineData("..\r\n.a line\r\n", false)]
    [InlineData("From x\r\n>From x\r\n>>F\r\n", false)]
    [InlineData("\r\n\r\na\r\n", false)]
    [InlineData("\u00E9\t\r\n", false)]
    [InlineData("Subject: x\r\n folded\r\nFrom: y\r\n", true)]
    public void Blocks_take_all_that_is_plain_but_the_last_two(string lines, bool isInHeader)
    {
        var input = Pieces.Octets(string.Concat(Enumerable.Repeat(lines, 100)));
        var blocks = new DataBlocks<IDots.Stuffed>(isInHeader) { IsAtLineStart = true };

        blocks.Run(input, new byte[2 * input.Length + DataBlocks<IDots.Stuffed>.MinOutput]);

        Assert.InRange(blocks.Taken, input.Length - DataBlocks<IDots.Stuffed>.MinInput + 1, input.Length);
    }

    private static void AssertDecoded(string wire)
    {
        var octets = Pieces.Octets(wire);
        var expected = DataModel.Decode(wire);
        Assert.Equal(expected, Decoded.From([octets]));
        Assert.Equal(expected, Decoded.From([octets], isVectorized: false));
    }
}
