using System.Buffers;
using ActorMail.Protocols.Wire;
using ActorMail.Tests;
using CsCheck;

namespace ActorMail.Protocols.Tests.Wire;

public sealed class BodyEncoderTests
{
    [Theory]
    [Requirement("R5321-4.5.2-a", "R5321-4.5.2-c", "D11")]
    [InlineData("", ".\r\n")]
    [InlineData("a\n", "a\r\n.\r\n")]
    [InlineData("a", "a\r\n.\r\n")]
    [InlineData("\n\n", "\r\n\r\n.\r\n")]
    [InlineData(".\n..\n.a\n", "..\r\n...\r\n..a\r\n.\r\n")]
    [InlineData(">From x\n>>From x\n>Fro\n> From x\n", "From x\r\n>From x\r\n>Fro\r\n> From x\r\n.\r\n")]
    [InlineData(">From", ">From\r\n.\r\n")]
    [InlineData(">>", ">>\r\n.\r\n")]
    [InlineData(">From ", "From \r\n.\r\n")]
    [InlineData("From x\n.>From x\n", "From x\r\n..>From x\r\n.\r\n")]
    [InlineData("a\r\nb\nc\r", "a\r\nb\r\nc\r\r\n.\r\n")]
    public void A_stored_message_goes_out_the_same_whatever_the_cut(string stored, string wire)
    {
        foreach (var pieces in Pieces.CutInThree(Pieces.Octets(stored)))
            Assert.Equal(wire, Encode(pieces, BodyTraits.Quoted));
    }

    [Fact]
    public void Without_the_trait_nothing_is_unquoted() =>
        Assert.Equal(">From x\r\n..\r\n.\r\n", Encode([Pieces.Octets(">From x\n.\n")], BodyTraits.None));

    [Fact]
    public void A_raw_image_behind_our_own_fields_gets_no_second_CR()
    {
        var stored = Pieces.Octets("Return-Path: <>\nSubject: a\r\n\r\n.b\r\n");
        foreach (var pieces in Pieces.CutInThree(stored))
        {
            Assert.Equal("Return-Path: <>\r\nSubject: a\r\n\r\n..b\r\n.\r\n", Encode(pieces, BodyTraits.Raw));
            Assert.Equal("Return-Path: <>\r\nSubject: a\r\n\r\n.\r\n", Encode(pieces, BodyTraits.Raw, bodyLines: 0));
        }
    }

    [Theory]
    [Requirement("R1939-7-b", "R1939-7-c")]
    [InlineData(0, "Subject: a\r\nTo: b\r\n\r\n.\r\n")]
    [InlineData(1, "Subject: a\r\nTo: b\r\n\r\n..1\r\n.\r\n")]
    [InlineData(2, "Subject: a\r\nTo: b\r\n\r\n..1\r\n\r\n.\r\n")]
    [InlineData(3, "Subject: a\r\nTo: b\r\n\r\n..1\r\n\r\nFrom 3\r\n.\r\n")]
    [InlineData(4, "Subject: a\r\nTo: b\r\n\r\n..1\r\n\r\nFrom 3\r\n4\r\n.\r\n")]
    [InlineData(9, "Subject: a\r\nTo: b\r\n\r\n..1\r\n\r\nFrom 3\r\n4\r\n.\r\n")]
    public void TOP_gives_the_header_a_blank_line_and_as_many_lines(int bodyLines, string wire)
    {
        var stored = Pieces.Octets("Subject: a\nTo: b\n\n.1\n\n>From 3\n4\n");
        foreach (var pieces in Pieces.CutInThree(stored))
            Assert.Equal(wire, Encode(pieces, BodyTraits.Quoted, bodyLines));
    }

    [Fact]
    public void TOP_is_done_with_its_last_line_and_not_before()
    {
        var encoder = new BodyEncoder(BodyTraits.None, bodyLines: 1);
        var output = new ArrayBufferWriter<byte>();
        encoder.Write("Subject: a\n\n1"u8, output);
        Assert.False(encoder.IsDone);

        encoder.Write("\n2\n3"u8, output);

        Assert.True(encoder.IsDone);
        Assert.Equal("Subject: a\r\n\r\n1\r\n", Pieces.Text(output.WrittenSpan));
    }

    [Fact]
    public void A_whole_message_is_never_done_before_its_end()
    {
        var encoder = new BodyEncoder(BodyTraits.None);
        encoder.Write("Subject: a\n\n1\n"u8, new ArrayBufferWriter<byte>());

        Assert.False(encoder.IsDone);
    }

    [Fact]
    [Requirement("R5321-4.5.2-c", "D11")]
    public void Any_image_is_encoded_as_the_model_says_whatever_the_cut() =>
        Gen.Select(WireGen.Stored, Gen.Int[1, 9], Gen.Int[-1, 4], Gen.Bool).Sample(
            (stored, size, count, isQuoted) =>
            {
                var octets = Pieces.Octets(stored);
                var bodyLines = count < 0 ? (int?)null : count;
                var traits = isQuoted ? BodyTraits.Quoted : BodyTraits.None;
                var expected = DataModel.Encode(stored, bodyLines, isQuoted);
                Assert.Equal(expected, Encode([octets], traits, bodyLines));
                Assert.Equal(expected, Encode(Pieces.Chunks(octets, size), traits, bodyLines));
            },
            iter: 5_000);

    private static string Encode(byte[][] pieces, BodyTraits traits, int? bodyLines = null)
    {
        var encoder = new BodyEncoder(traits, bodyLines);
        var output = new NarrowWriter(5);
        foreach (var piece in pieces)
            encoder.Write(piece, output);
        encoder.WriteEnd(output);
        return Pieces.Text(output.Written);
    }
}
