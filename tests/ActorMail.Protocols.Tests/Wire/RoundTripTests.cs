using System.Buffers;
using ActorMail.Protocols.Wire;
using ActorMail.Tests;
using CsCheck;

namespace ActorMail.Protocols.Tests.Wire;

public sealed class RoundTripTests
{
    [Fact]
    [Requirement("R5321-4.5.2-b", "R5321-4.5.2-c", "R6152-3-a", "D11")]
    public void What_was_received_goes_out_again_octet_for_octet() =>
        WireGen.CleanData.Sample(data => AssertRoundTrip(Pieces.Octets("X: y\r\n\r\n" + data)), iter: 3_000);

    [Fact]
    [Requirement("R5321-4.5.2-b", "R5321-4.5.2-c", "R6152-3-a", "D11")]
    public void What_was_received_goes_out_again_by_blocks_too() =>
        WireGen.LongCleanData.Sample(data => AssertRoundTrip(Pieces.Octets("X: y\r\n\r\n" + data)), iter: 3_000);

    [Fact]
    [Requirement("R5321-4.5.2-b", "R6152-3-a", "D11")]
    public void Every_octet_but_CR_and_LF_survives_in_every_place_of_a_line()
    {
        byte[] octets = [.. Enumerable.Range(0, 256).Where(it => it is not ('\r' or '\n')).Select(it => (byte)it)];
        var lines = octets.SelectMany(it => new byte[] { it, (byte)'\r', (byte)'\n', (byte)'a', it, it, 13, 10 });

        AssertRoundTrip([.. "X: y\r\n\r\n"u8, .. octets, .. "\r\n"u8, .. lines]);
    }

    [CorpusFact]
    [Requirement("D11", "R5321-4.5.2-c")]
    public void Every_message_of_the_corpus_survives()
    {
        var count = 0;
        foreach (var path in Directory.EnumerateFiles(CorpusFactAttribute.Folder!, "*", SearchOption.AllDirectories))
        {
            AssertRoundTrip(WithLineEnds(File.ReadAllBytes(path)));
            count++;
        }

        Assert.NotEqual(0, count);
    }

    /// <summary>Makes a file what a client may send: each line ended by CRLF, and no Return-Path of its own.</summary>
    private static byte[] WithLineEnds(byte[] octets)
    {
        var lines = Pieces.Text(octets)
            .Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n')
            .Select(line => line.StartsWith("Return-Path", StringComparison.OrdinalIgnoreCase) ? "X-" + line : line);
        return Pieces.Octets(string.Join("\r\n", lines) + "\r\n");
    }

    /// <summary>By blocks and octet by octet, and the images in between are the same.</summary>
    private static void AssertRoundTrip(byte[] message)
    {
        var sent = Stuff(message);
        var (traits, stored) = AssertRoundTrip(message, sent, isVectorized: true);
        var (sameTraits, same) = AssertRoundTrip(message, sent, isVectorized: false);

        Assert.Equal(traits, sameTraits);
        Assert.True(stored.AsSpan().SequenceEqual(same), Start(message));
    }

    private static (BodyTraits Traits, byte[] Stored) AssertRoundTrip(byte[] message, byte[] sent, bool isVectorized)
    {
        var (decoder, stored) = Decode(sent, isVectorized);
        var output = new ArrayBufferWriter<byte>();
        var encoder = new BodyEncoder(decoder.Traits) { IsVectorized = isVectorized };
        foreach (var piece in stored.Chunk(4_096))
            encoder.Write(piece, output);
        encoder.WriteEnd(output);

        Assert.Equal(DataFault.None, decoder.Fault);
        Assert.Equal(sent.Length, decoder.Received);
        Assert.Equal(message.Length, decoder.WireLength);
        Assert.True(output.WrittenSpan.SequenceEqual(sent), Start(message));
        return (decoder.Traits, stored);
    }

    private static string Start(byte[] message) => Pieces.Text(message.AsSpan(0, Math.Min(200, message.Length)));

    private static byte[] Stuff(byte[] message) =>
        Pieces.Octets(string.Join("\r\n",
            Pieces.Text(message).Split("\r\n").Select(line => line.StartsWith('.') ? "." + line : line)) + ".\r\n");

    private static (DataDecoder Decoder, byte[] Stored) Decode(byte[] sent, bool isVectorized)
    {
        var decoder = new DataDecoder(long.MaxValue, int.MaxValue) { IsVectorized = isVectorized };
        var output = new ArrayBufferWriter<byte>();
        foreach (var piece in sent.Chunk(1_460))
        {
            var input = new ReadOnlySequence<byte>(piece);
            decoder.Decode(ref input, output);
        }

        return (decoder, output.WrittenSpan.ToArray());
    }
}
