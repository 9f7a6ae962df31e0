using ActorMail.Protocols.Wire;
using ActorMail.Tests;
using CsCheck;

namespace ActorMail.Protocols.Tests.Wire;

public sealed class DataDecoderTests
{
    private const string Header = "Subject: x\r\n\r\n";

    [Theory]
    [Requirement("R5321-4.1.1.4-a", "R5321-4.1.1.4-f", "R5321-4.5.2-a", "R5321-4.5.2-c", "R2920-3.2-e", "D11", "S1")]
    [InlineData(".\r\n", "")]
    [InlineData("..\r\n.\r\n", ".\n")]
    [InlineData("..a\r\n...\r\n.b\r\n.\r\n", ".a\n..\nb\n")]
    [InlineData("\r\n\r\n.\r\n", "\n\n")]
    [InlineData("a\r\nb\r\n\r\n.\r\nQUIT\r\n", "a\nb\n\n")]
    [InlineData("QUIT\r\nRSET\r\nMAIL FROM:<x>\r\n.\r\n.\r\n", "QUIT\nRSET\nMAIL FROM:<x>\n")]
    [InlineData("From x\r\n>From x\r\n>>From x\r\nFrom: x\r\n.\r\n", ">From x\n>>From x\n>>>From x\nFrom: x\n")]
    [InlineData("from x\r\n>Fro\r\n>>\r\nFromx\r\n From x\r\n.\r\n", "from x\n>Fro\n>>\nFromx\n From x\n")]
    [InlineData(".From x\r\n..From x\r\n.>From x\r\n.\r\n", ">From x\n.From x\n>>From x\n")]
    [InlineData("From \r\nFrom\r\n.\r\n", ">From \nFrom\n")]
    [InlineData(". \r\n.\0\r\n.\v.\r\n.\r\n", " \n\0\n\v.\n")]
    [InlineData("a\0b\u0085c\u00FF\r\n.\r\n", "a\0b\u0085c\u00FF\n")]
    public void A_message_is_unstuffed_and_quoted_whatever_the_cut(string wire, string stored)
    {
        foreach (var pieces in Pieces.CutInThree(Pieces.Octets(wire)))
        {
            var decoded = Decoded.From(pieces);
            Assert.Equal((DataResult.End, DataFault.None, stored), (decoded.Result, decoded.Fault, decoded.Stored));
        }
    }

    [Theory]
    [Requirement("R5321-4.1.1.4-b", "R5321-4.1.1.4-c", "R5321-2.3.8-a", "S1")]
    [InlineData("\n.\n")]
    [InlineData("\n.\r\n")]
    [InlineData("\r\n.\n")]
    [InlineData("\r.\r")]
    [InlineData("\r.\r\n")]
    [InlineData("\r\n.\r")]
    [InlineData("\r\r\n.\r\r\n")]
    [InlineData("\r\n\r.\r\n")]
    [InlineData("\r\n.\r\r\n")]
    [InlineData("\r\n.\n\r\n")]
    [InlineData("\n\n.\n\n")]
    [InlineData("\n")]
    [InlineData("\r")]
    public void No_other_sequence_ends_the_data_and_each_makes_it_refused(string smuggled)
    {
        var wire = $"{Header}a{smuggled}MAIL FROM:<evil@x>\r\nDATA\r\n.\r\nNOOP\r\n";
        foreach (var pieces in Pieces.CutInThree(Pieces.Octets(wire)))
        {
            var decoded = Decoded.From(pieces);
            Assert.Equal((DataResult.End, DataFault.BareLineEnd), (decoded.Result, decoded.Fault));
            Assert.Equal(wire.Length - "NOOP\r\n".Length, decoded.Received);
        }
    }

    [Theory]
    [Requirement("S1", "R5321-4.1.1.4-c")]
    [InlineData("\r\n.\u0085\r\n")]
    [InlineData("\r\n.\0\r\n")]
    [InlineData("\r\n. \r\n")]
    [InlineData("\r\n .\r\n")]
    [InlineData("\v.\v")]
    [InlineData("\f.\f")]
    public void Other_line_ends_and_blanks_around_the_dot_are_content(string content)
    {
        var decoded = Decoded.From($"{Header}a{content}b\r\n.\r\n");

        Assert.Equal((DataResult.End, DataFault.None), (decoded.Result, decoded.Fault));
        Assert.EndsWith("b\n", decoded.Stored, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("R2920-3.2-e")]
    public void What_follows_the_message_stays_in_the_input()
    {
        var octets = Pieces.Octets("a\r\n.\r\nMAIL FROM:<x@y>\r\n");
        for (var size = 1; size <= octets.Length; size++)
        {
            Assert.Equal("MAIL FROM:<x@y>\r\n", Decoded.FromSegments(Pieces.Chunks(octets, size)).Rest);
            Assert.Equal("MAIL FROM:<x@y>\r\n", Decoded.From(Pieces.Chunks(octets, size)).Rest);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\r\n.")]
    [InlineData("a\r\n.\r")]
    [InlineData("a\r\n..\r\n")]
    [InlineData("a\n.\r\n")]
    [Requirement("D7")]
    public void A_message_without_its_end_is_not_over(string wire) =>
        Assert.Equal(DataResult.NeedsMoreData, Decoded.From(wire).Result);

    [Theory]
    [Requirement("R1870-4-a", "R1870-6-a", "R1870-6-b", "R1870-6.3-a", "S5")]
    [InlineData("12345678\r\n.\r\n", DataFault.None)]
    [InlineData("123456789\r\n.\r\n", DataFault.TooLarge)]
    [InlineData("12345678901\r\n.\r\n", DataFault.TooLarge)]
    [InlineData("..\r\n..\r\n....\r\n.\r\n", DataFault.TooLarge)]
    [InlineData("..\r\n..\r\n...\r\n.\r\n", DataFault.None)]
    [InlineData("From 123\r\n.\r\n", DataFault.None)]
    [InlineData("From 1234\r\n.\r\n", DataFault.TooLarge)]
    public void The_limit_counts_line_ends_but_neither_stuffed_dots_nor_our_quotes(string wire, DataFault fault)
    {
        foreach (var pieces in Pieces.CutInThree(Pieces.Octets(wire + "NOOP\r\n")))
        {
            var decoded = Decoded.From(pieces, maxLength: 10);
            Assert.Equal((DataResult.End, fault, (long)wire.Length),
                (decoded.Result, decoded.Fault, decoded.Received));
        }
    }

    [Fact]
    [Requirement("S5")]
    public void Nothing_more_is_written_once_the_message_is_too_large()
    {
        var decoder = new DataDecoder(maxWireLength: 100, maxReceivedFields: 100);
        var output = new NarrowWriter(4096);
        for (var i = 0; i < 1_000; i++)
        {
            var input = Pieces.Join(Pieces.Octets(new string('a', 50) + "\r\nFrom x\r\n"));
            decoder.Decode(ref input, output);
        }

        Assert.Equal(DataFault.TooLarge, decoder.Fault);
        Assert.InRange(output.Written.Length, 0, 100);
    }

    [Theory]
    [Requirement("R5321-4.4-g")]
    [InlineData("Return-Path: <x@y>\r\nSubject: a\r\n\r\nb\r\n", "Subject: a\n\nb\n")]
    [InlineData("Subject: a\r\nRETURN-PATH:\r\n <x@y>\r\n\t(z)\r\nTo: b\r\n\r\nc\r\n", "Subject: a\nTo: b\n\nc\n")]
    [InlineData("return-path  : x\r\nReturn-Path:x\r\n..\r\n\r\nc\r\n", ".\n\nc\n")]
    [InlineData(".Return-Path: x\r\n. folded\r\n\r\nc\r\n", "\nc\n")]
    [InlineData("Return-Path: x\r\n", "")]
    [InlineData("Return-Path: x\r\n folded\r\n\r\n", "\n")]
    [InlineData("Return-Path: x\r\n..a\r\n", ".a\n")]
    public void The_return_paths_of_others_are_dropped_from_the_header(string data, string stored)
    {
        foreach (var pieces in Pieces.CutInThree(Pieces.Octets(data + ".\r\n")))
        {
            var decoded = Decoded.From(pieces);
            Assert.Equal(stored, decoded.Stored);
            Assert.Equal(stored.Length + stored.Count(it => it == '\n'), decoded.WireLength);
        }
    }

    [Theory]
    [Requirement("R5321-4.4-d", "R5321-3.3-e", "D12")]
    [InlineData("Subject: a\n\nReturn-Path: <x@y>\n")]
    [InlineData("Hello\nReturn-Path: <x@y>\n")]
    [InlineData("\nReturn-Path: <x@y>\n")]
    [InlineData("Return-Pat: x\nReturn-PathX: x\nX-Return-Path: x\nReturn-Path\nReturn-Path x\n")]
    [InlineData("Return Path: x\nSubject: a\n Return-Path: x\n\n")]
    [InlineData("Received: total garbage ;;; 99 Foo\nReceived: from b\n\tby a\nReceived:\n\n")]
    [InlineData("Resent-To: a\nResent-From: b\nResent-From: c\nResent-Date: today\n\n")]
    [InlineData("Content-Length: 3\nStatus: RO\nX-UID: 7\nX-IMAPbase: 1 2\n\nabcdef\n")]
    public void Everything_else_that_looks_like_a_field_stays_as_it_is(string stored)
    {
        var wire = stored.Replace("\n", "\r\n", StringComparison.Ordinal) + ".\r\n";
        foreach (var pieces in Pieces.CutInThree(Pieces.Octets(wire)))
            Assert.Equal(stored, Decoded.From(pieces).Stored);
    }

    [Theory]
    [Requirement("R5321-6.3-a", "R5321-3.7.2-a", "S7")]
    [InlineData(99, DataFault.None)]
    [InlineData(100, DataFault.None)]
    [InlineData(101, DataFault.TooManyReceived)]
    public void More_than_a_hundred_received_fields_are_a_loop(int count, DataFault fault)
    {
        var fields = string.Concat(Enumerable.Repeat("RECEIVED: garbage ;;;\r\n by x\r\nReceived-SPF: x\r\n", count));

        var decoded = Decoded.From($"{fields}\r\nReceived: in the body\r\n.\r\n");

        Assert.Equal(fault, decoded.Fault);
        Assert.Equal(fault is DataFault.None ? count : 0, decoded.ReceivedFields);
    }

    [Theory]
    [Requirement("R5321-3.3-d")]
    [InlineData("Subject: a\r\n\r\nb\r\n", true, 12)]
    [InlineData("Subject : a\r\nb\r\n", true, 14)]
    [InlineData("From : a\r\n\r\nb\r\n", true, 11)]
    [InlineData("\r\nb\r\n", true, 1)]
    [InlineData("Return-Path: x\r\n\r\nb\r\n", true, 1)]
    [InlineData("Return-Path: x\r\n", true, 0)]
    [InlineData("", false, 0)]
    [InlineData("Hello\r\n\r\nBob:\r\n", false, 0)]
    [InlineData("Dear Bob: hello\r\n\r\n", false, 0)]
    [InlineData(": a\r\n\r\n", false, 0)]
    [InlineData(" a: b\r\n\r\n", false, 0)]
    [InlineData("\u00E9: b\r\n\r\n", false, 0)]
    [InlineData("From bob Sat Nov  3 08:28:00 2026\r\nSubject: a\r\n\r\n", false, 0)]
    public void A_header_is_there_if_the_first_line_is_a_field_or_blank(string data, bool isThere, int length)
    {
        foreach (var pieces in Pieces.CutInThree(Pieces.Octets(data + ".\r\n")))
        {
            var decoded = Decoded.From(pieces);
            Assert.Equal((isThere, length), (decoded.StartsWithField, decoded.HeaderLength));
        }
    }

    [Theory]
    [Requirement("R6152-3-a", "R5321-4.5.2-b", "D11")]
    [InlineData("a\r\n", BodyTraits.None)]
    [InlineData("a\r\n..\r\n", BodyTraits.HasDot)]
    [InlineData(".a\r\n", BodyTraits.None)]
    [InlineData("a\r\nFrom \r\n", BodyTraits.Quoted)]
    [InlineData("a\r\n>>From b\r\n", BodyTraits.Quoted)]
    [InlineData("a\r\n>> From b\r\n", BodyTraits.None)]
    [InlineData("a\r\n\u0080\r\n", BodyTraits.EightBit | BodyTraits.HeaderIsAscii)]
    [InlineData("a: b\r\n\r\n\u0080\r\n", BodyTraits.EightBit | BodyTraits.HeaderIsAscii)]
    [InlineData("\r\n\u0080\r\n", BodyTraits.EightBit | BodyTraits.HeaderIsAscii)]
    [InlineData("a: b\r\nc: \u0080\r\n\r\nb\r\n", BodyTraits.EightBit)]
    [InlineData("a: b\r\n \u0080\r\n", BodyTraits.EightBit)]
    [InlineData("Return-Path: \u00FF\r\n\r\n", BodyTraits.None)]
    [InlineData("\u00FF\r\n..\r\n.From x\r\n", BodyTraits.EightBit | BodyTraits.HasDot | BodyTraits.Quoted
        | BodyTraits.HeaderIsAscii)]
    public void Traits_tell_what_is_stored(string data, BodyTraits traits)
    {
        foreach (var pieces in Pieces.CutInThree(Pieces.Octets(data + ".\r\n")))
            Assert.Equal(traits, Decoded.From(pieces).Traits);
    }

    [Fact]
    [Requirement("R5321-4.5.3.1.6-a", "R5321-4.5.3.1.7-a", "F1")]
    public void Long_lines_and_long_messages_come_whole()
    {
        var line = new string('a', 998);
        var endless = new string('>', 100_000);
        var wire = string.Concat(Enumerable.Repeat($"{line}\r\n", 80)) + $"{endless}From x\r\n.\r\n";

        var decoded = Decoded.From(Pieces.Chunks(Pieces.Octets(wire), 1_400));

        Assert.Equal(string.Concat(Enumerable.Repeat($"{line}\n", 80)) + $">{endless}From x\n", decoded.Stored);
        Assert.Equal(wire.Length - 3, decoded.WireLength);
    }

    [Fact]
    [Requirement("S1", "D11", "R2920-3.2-e")]
    public void Any_message_is_decoded_as_the_model_says_whatever_the_cut() =>
        Gen.Select(WireGen.Data, Gen.Int[1, 9]).Sample(
            (data, size) =>
            {
                var wire = $"{data}\r\n.\r\nNOOP\r\n";
                var octets = Pieces.Octets(wire);
                var expected = DataModel.Decode(wire);
                Assert.Equal(expected, Decoded.From([octets]));
                Assert.Equal(expected, Decoded.From(Pieces.Chunks(octets, size)));
                Assert.Equal(expected, Decoded.FromSegments(Pieces.Chunks(octets, size)));
            },
            iter: 5_000);
}
