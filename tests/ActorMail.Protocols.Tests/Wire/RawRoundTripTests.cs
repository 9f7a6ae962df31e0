using System.Text.RegularExpressions;
using ActorMail.Protocols.Wire;
using ActorMail.Tests;
using CsCheck;

namespace ActorMail.Protocols.Tests.Wire;

/// <summary>Counted content in, RETR out, behind a field of our own as the store writes it.</summary>
public sealed partial class RawRoundTripTests
{
    private const string Field = "Return-Path: <>\r\n";

    [Theory]
    [Requirement("R3030-3-b", "D11")]
    [InlineData("a\nb\r\n.\r\n", "a\nb\r\n..\r\n.\r\n")]
    [InlineData("a\n", "a\r\n.\r\n")]
    [InlineData("a\r", "a\r\r\n.\r\n")]
    [InlineData("a\n.b\r.c\n..\n", "a\n.b\r.c\n..\r\n.\r\n")]
    [InlineData("a\n.\n.\r\n", "a\n..\n..\r\n.\r\n")]
    [InlineData("a\r.\r.\n", "a\r..\r..\r\n.\r\n")]
    [InlineData("a\n.", "a\n..\r\n.\r\n")]
    [InlineData("a\r.", "a\r..\r\n.\r\n")]
    [InlineData("\n>From ", "\n>From \r\n.\r\n")]
    public void Raw_content_goes_out_as_it_came_but_for_dots_that_could_end_it(string content, string wire)
    {
        foreach (var pieces in Pieces.CutInThree(Pieces.Octets(content)))
            Assert.Equal(Field + wire, Retrieve(pieces, size: 1).Wire);
    }

    [Fact]
    [Requirement("R3030-2-b", "R3030-3-b", "D11")]
    public void All_256_octets_come_back_in_every_order_of_two()
    {
        var octets = new List<byte>("A: b\r\n\r\n"u8.ToArray());
        for (var first = 0; first < 256; first++)
        {
            for (var second = 0; second < 256; second++)
                octets.AddRange([(byte)first, (byte)second, (byte)'|']);
        }

        var content = Pieces.Text([.. octets, 13, 10]);
        Assert.Equal(content, Receive(Retrieve([Pieces.Octets(content)], size: 4_096).Wire));
    }

    [Fact]
    [Requirement("R3030-2-b", "R3030-3-b", "D11")]
    public void Any_octets_come_back_whatever_the_cut() =>
        Gen.Select(Gen.OneOf(WireGen.Content, WireGen.LongContent), Gen.Int[1, 200], Gen.Int[1, 200]).Sample(
            (content, size, cut) =>
            {
                var kept = content.Replace("eturn-", "eturned-", StringComparison.OrdinalIgnoreCase);
                var (length, wire) = Retrieve(Pieces.Chunks(Pieces.Octets(kept), size), cut);
                Assert.Equal(ChunkModel.Retrieve(kept), Receive(wire));
                Assert.Equal(ChunkModel.Ended(kept).Length, length);
            },
            iter: 5_000);

    [Fact]
    [Requirement("D11")]
    public void No_client_sees_the_end_of_a_message_before_it_ends() =>
        WireGen.Content.Sample(
            content =>
            {
                var wire = Retrieve([Pieces.Octets(content)], size: 7).Wire;
                Assert.Single(AnyLineEnd().Split(wire), ".");
                Assert.Single(wire.Split('\n'), ".\r");
                Assert.EndsWith("\r\n.\r\n", wire, StringComparison.Ordinal);
            },
            iter: 5_000);

    [Fact]
    public void TOP_of_a_raw_message_ends_behind_its_lines()
    {
        var image = Pieces.Octets($"{Field}A: b\r\n\n1\n.2\n3\r\n");
        string[] expected =
            [
                $"{Field}A: b\r\n\r\n.\r\n", $"{Field}A: b\r\n\n1\r\n.\r\n",
                $"{Field}A: b\r\n\n1\n.2\r\n.\r\n", $"{Field}A: b\r\n\n1\n.2\n3\r\n.\r\n",
            ];
        for (var lines = 0; lines < expected.Length; lines++)
        {
            foreach (var pieces in Pieces.CutInThree(image))
                Assert.Equal(expected[lines], Encode(pieces, BodyTraits.Raw, lines));
        }
    }

    [Fact]
    public void A_text_with_a_CR_in_it_goes_out_in_lines()
    {
        foreach (var pieces in Pieces.CutInThree(Pieces.Octets("A: b\nC: d\r\n\n.e\rf\n")))
            Assert.Equal("A: b\r\nC: d\r\n\r\n..e\rf\r\n.\r\n", Encode(pieces, BodyTraits.Raw));
    }

    private static (long WireLength, string Wire) Retrieve(byte[][] chunks, int size)
    {
        var (decoder, image) = ChunkDecoderTests.Take(chunks);
        var field = Pieces.Octets(decoder.Traits.HasFlag(BodyTraits.Raw) ? Field : Field.Replace("\r", ""));
        return (decoder.WireLength, Encode(Pieces.Chunks([.. field, .. image], size), decoder.Traits));
    }

    private static string Encode(byte[][] pieces, BodyTraits traits, int? bodyLines = null)
    {
        var encoder = new BodyEncoder(traits, bodyLines);
        var output = new NarrowWriter(50);
        foreach (var piece in pieces)
            encoder.Write(piece, output);
        encoder.WriteEnd(output);
        return Pieces.Text(output.Written);
    }

    /// <summary>As a client that holds to RFC 1939 §3, without our field.</summary>
    private static string Receive(string wire)
    {
        Assert.StartsWith(Field, wire, StringComparison.Ordinal);
        var lines = wire[Field.Length..].Split("\r\n").Select(it => it.StartsWith('.') ? it[1..] : it).ToList();
        Assert.Equal(["", ""], lines[^2..]);
        return string.Concat(lines[..^2].Select(it => it + "\r\n"));
    }

    [GeneratedRegex("\r\n|\r|\n")]
    private static partial Regex AnyLineEnd();
}
