using System.Buffers;
using ActorMail.Protocols.Wire;
using ActorMail.Tests;
using CsCheck;

namespace ActorMail.Protocols.Tests.Wire;

public sealed class ChunkDecoderTests
{
    [Theory]
    [Requirement("R3030-2-b", "R3030-3-b", "S8", "D11")]
    [InlineData("", "")]
    [InlineData("a\r\n", "a\n")]
    [InlineData("a", "a")]
    [InlineData(".\r\n..\r\n.a\r\n.", ".\n..\n.a\n.")]
    [InlineData("From x\r\n>From y\r\nFro", ">From x\n>>From y\nFro")]
    [InlineData("Return-Path: x\r\n y\r\nA: b\r\n\r\n", "A: b\n\n")]
    [InlineData("A: b\r\nReturn-Pa", "A: b\nReturn-Pa")]
    [InlineData("A: b\r\nReturn-Path:", "A: b\n")]
    [InlineData("\0\u00ff\r\n\0", "\0\u00ff\n\0")]
    [InlineData("\n", "\n")]
    [InlineData("\r", "\r")]
    [InlineData("A: b\r\n\r\nc\nd\r\n", "A: b\r\n\r\nc\nd\r\n")]
    [InlineData("A: b\r\n\r\nc\rd\r\n", "A: b\r\n\r\nc\rd\r\n")]
    [InlineData("A: b\r\nFrom x\r\n\r", "A: b\r\n>From x\r\n\r")]
    [InlineData("A: b\nReturn-Path: x\r\n y\nFrom z\n\r\r\n", "A: b\n>From z\n\r\r\n")]
    [InlineData("\r\n\rFrom x\n>From x\r", "\r\n\rFrom x\n>>From x\r")]
    [InlineData("\r\r\n.\r\r\n", "\r\r\n.\r\r\n")]
    public void Content_is_stored_whatever_the_cut(string content, string stored)
    {
        Assert.Equal(stored, ChunkModel.Decode(content).Stored);
        foreach (var pieces in Pieces.CutInThree(Pieces.Octets(content)))
        {
            Assert.Equal(ChunkModel.Decode(content), Chunks(pieces));
            Assert.Equal(ChunkModel.Decode(content), OneChunk(pieces));
        }
    }

    [Fact]
    [Requirement("R3030-2-b", "S8")]
    public void What_follows_a_chunk_stays_in_the_input()
    {
        var decoder = new ChunkDecoder(1_000, 100);
        var output = new ImageBuffer(100);
        decoder.BeginChunk(5, isLast: false);
        var input = Pieces.Join(Pieces.Octets("A: b\r"));
        Assert.Equal(DataResult.End, decoder.Decode(ref input, output));

        decoder.BeginChunk(6, isLast: false);
        input = Pieces.Join(Pieces.Octets("\n\r\n.\r"));
        Assert.Equal(DataResult.NeedsMoreData, decoder.Decode(ref input, output));
        input = Pieces.Join(Pieces.Octets("\nBDAT 0 LAST\r\n"));
        Assert.Equal(DataResult.End, decoder.Decode(ref input, output));

        Assert.Equal("BDAT 0 LAST\r\n", Pieces.Text(input.ToArray()));
        decoder.BeginChunk(0, isLast: true);
        Assert.Equal(DataResult.End, decoder.Decode(ref input, output));
        Assert.Equal("A: b\n\n.\n", Pieces.Text(output.Written));
    }

    [Fact]
    [Requirement("S8")]
    public void A_chunk_begins_only_behind_the_one_before()
    {
        var decoder = new ChunkDecoder(1_000, 100);
        decoder.BeginChunk(1, isLast: true);

        Assert.Throws<InvalidOperationException>(() => decoder.BeginChunk(1, isLast: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChunkDecoder(1_000, 100).BeginChunk(-1, isLast: true));
    }

    [Fact]
    [Requirement("R3030-2-d", "S5", "S8")]
    public void A_chunk_beyond_the_limit_is_refused_at_once_and_read_to_its_end()
    {
        var decoder = new ChunkDecoder(10, 100);
        var output = new ImageBuffer(100);
        decoder.BeginChunk(8, isLast: false);
        var input = Pieces.Join(Pieces.Octets("A: b\n\r\n\r"));
        decoder.Decode(ref input, output);
        Assert.Equal(DataFault.None, decoder.Fault);
        var written = output.Written.Length;

        foreach (var octets in (long[])[3, long.MaxValue])
        {
            decoder.BeginChunk(octets, isLast: true);
            Assert.Equal(DataFault.TooLarge, decoder.Fault);
            input = Pieces.Join(Pieces.Octets("1\r3QUIT\r\n"));
            var result = decoder.Decode(ref input, output);
            Assert.Equal(octets == 3 ? DataResult.End : DataResult.NeedsMoreData, result);
            Assert.Equal(octets == 3 ? "QUIT\r\n" : "", Pieces.Text(input.ToArray()));
        }

        Assert.Equal(written, output.Written.Length);
    }

    [Theory]
    [Requirement("S7")]
    [InlineData("\r\n")]
    [InlineData("\n")]
    public void More_than_so_many_received_fields_are_a_loop(string lineEnd)
    {
        var content = string.Concat(Enumerable.Repeat($"Received: x{lineEnd}", 3)) + lineEnd + "Received: y\r\n";

        Assert.Equal(DataFault.None, Chunks([Pieces.Octets(content)], maxReceived: 3).Fault);
        Assert.Equal(DataFault.TooManyReceived, Chunks([Pieces.Octets(content)], maxReceived: 2).Fault);
    }

    [Fact]
    [Requirement("R3030-2-b", "R3030-3-b", "D11")]
    public void Any_content_is_decoded_as_the_model_says_whatever_the_cut() =>
        Gen.Select(Gen.OneOf(WireGen.Content, WireGen.LongContent), Gen.Int[1, 200], Gen.Int[1, 200]).Sample(
            (content, size, width) =>
            {
                var octets = Pieces.Octets(content);
                var expected = ChunkModel.Decode(content);
                Assert.Equal(expected, Chunks([octets]));
                Assert.Equal(expected, Chunks([octets], isVectorized: false));
                Assert.Equal(expected, Chunks(Pieces.Chunks(octets, size), width: width));
                Assert.Equal(expected, OneChunk(Pieces.Chunks(octets, width), width: size));
            },
            iter: 5_000);

    [Fact]
    [Requirement("R3030-2-b", "R3030-3-b", "D11")]
    public void What_is_looked_for_is_found_at_every_offset_of_a_block()
    {
        foreach (var start in (string[])["X: y\r\n\r\n", "X: y\r\nZ: ", ""])
        {
            foreach (var before in Awkward.Before)
            {
                foreach (var awkward in Awkward.Wire)
                {
                    var content = $"{start}{before}{awkward}{Awkward.Filler}";
                    Assert.Equal(ChunkModel.Decode(content), Chunks([Pieces.Octets(content)]));
                }
            }
        }
    }

    /// <summary>Each piece is a chunk of its own.</summary>
    internal static (ChunkDecoder Decoder, byte[] Image) Take(byte[][] pieces, bool isVectorized = true)
    {
        var decoder = new ChunkDecoder(long.MaxValue, int.MaxValue) { IsVectorized = isVectorized };
        var output = new ImageBuffer(4_096);
        TakeChunks(decoder, pieces, output);
        return (decoder, output.Written);
    }

    private static Decoded Chunks(
        byte[][] pieces, int maxReceived = 100, int width = 4_096, bool isVectorized = true)
    {
        var decoder = new ChunkDecoder(long.MaxValue, maxReceived) { IsVectorized = isVectorized };
        var output = new ImageBuffer(width);
        TakeChunks(decoder, pieces, output);
        return Describe(decoder, output);
    }

    private static void TakeChunks(ChunkDecoder decoder, byte[][] pieces, ImageBuffer output)
    {
        var chunks = pieces.Length == 0 ? [[]] : pieces;
        for (var i = 0; i < chunks.Length; i++)
        {
            var input = new ReadOnlySequence<byte>(chunks[i]);
            decoder.BeginChunk(chunks[i].Length, isLast: i == chunks.Length - 1);
            Assert.Equal(DataResult.End, decoder.Decode(ref input, output));
            Assert.True(input.IsEmpty);
        }
    }

    /// <summary>All pieces are one chunk, a read each, and then all of it in segments.</summary>
    private static Decoded OneChunk(byte[][] pieces, int width = 3)
    {
        var decoder = new ChunkDecoder(long.MaxValue, 100);
        var output = new ImageBuffer(width);
        decoder.BeginChunk(pieces.Sum(it => it.Length), isLast: true);
        foreach (var piece in pieces)
        {
            var input = new ReadOnlySequence<byte>(piece);
            decoder.Decode(ref input, output);
        }

        if (pieces.Length == 0)
        {
            var nothing = ReadOnlySequence<byte>.Empty;
            decoder.Decode(ref nothing, output);
        }

        var (segmented, segments) = (new ChunkDecoder(long.MaxValue, 100), new ImageBuffer(width));
        segmented.BeginChunk(pieces.Sum(it => it.Length), isLast: true);
        var all = Pieces.Join(pieces);
        Assert.Equal(DataResult.End, segmented.Decode(ref all, segments));
        Assert.Equal(Describe(segmented, segments), Describe(decoder, output));
        return Describe(decoder, output);
    }

    private static Decoded Describe(ChunkDecoder decoder, ImageBuffer output)
    {
        Assert.Equal(output.IsRaw, decoder.Traits.HasFlag(BodyTraits.Raw));
        return new Decoded(DataResult.End, decoder.Fault, Pieces.Text(output.Written), "", decoder.WireLength,
            decoder.Received, decoder.HeaderLength, decoder.Traits, decoder.StartsWithField, decoder.ReceivedFields);
    }
}
