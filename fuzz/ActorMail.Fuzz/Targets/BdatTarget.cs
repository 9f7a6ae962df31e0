using System.Buffers;
using ActorMail.Protocols.Tests.Wire;
using ActorMail.Protocols.Wire;

namespace ActorMail.Fuzz.Targets;

/// <summary>
/// The content of chunks to the stored image and back: in any chunks and cuts it is what the slow model says, what
/// follows a chunk is not touched, and no reader sees the end of a message before it ends. The first four octets choose
/// chunks, room, limit, and what comes before the input.
/// </summary>
internal sealed class BdatTarget : IFuzzTarget
{
    private const int Choices = 4;
    private const string Behind = "BDAT 0 LAST\r\n";

    private static readonly string[] Starts = ["", "X: y\r\n\r\n", "X: y\r\nZ: "];

    public string Name => "bdat";

    public int MaxLength => 512;

    public void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < Choices)
            return;

        var (size, width, before) = (1 + input[0] % 200, 1 + input[1], input[3]);
        var content = Starts[before % Starts.Length] + new string('b', before / Starts.Length)
            + Pieces.Text(input[Choices..]);
        var octets = Pieces.Octets(content);
        var expected = ChunkModel.Decode(content);
        Property.Equal(expected, Decode([octets]), "by blocks");
        Property.Equal(expected, Decode([octets], isVectorized: false), "octet by octet");
        Property.Equal(expected, Decode(Pieces.Chunks(octets, size), width: width), "in chunks");
        Property.Equal(expected, DecodeOneChunk(Pieces.Chunks(octets, size), width), "in pieces of a chunk");
        AssertLimited(Pieces.Chunks(octets, size), limit: input[2] * 4);
        AssertRoundTrip(content, size, width);
    }

    private static void AssertLimited(byte[][] chunks, int limit)
    {
        var (decoder, output) = (new ChunkDecoder(limit, int.MaxValue), new ImageBuffer(4_096));
        Take(decoder, chunks, output);
        var length = chunks.Sum(chunk => chunk.Length);
        Property.Equal(length, decoder.Received, "octets after a fault are counted");
        Property.Equal(
            length > limit ? DataFault.TooLarge : DataFault.None, decoder.Fault, "the limit counts all chunks");
        Property.Holds(output.Written.Length <= 2 * limit, "nothing beyond the limit is written");
    }

    /// <summary>Of a header that nothing is taken out of, all comes back that a reader may see (D11).</summary>
    private static void AssertRoundTrip(string content, int size, int width)
    {
        var kept = content.Replace("eturn-", "eturned-", StringComparison.OrdinalIgnoreCase);
        var (decoder, output) = (new ChunkDecoder(long.MaxValue, int.MaxValue), new ImageBuffer(4_096));
        Take(decoder, Pieces.Chunks(Pieces.Octets(kept), size), output);
        var field = decoder.Traits.HasFlag(BodyTraits.Raw) ? "Our: field\r\n" : "Our: field\n";
        var image = Pieces.Octets(field + Pieces.Text(output.Written));
        var (encoder, sent) = (new BodyEncoder(decoder.Traits), new NarrowWriter(width));
        foreach (var piece in Pieces.Chunks(image, size))
            encoder.Write(piece, sent);
        encoder.WriteEnd(sent);
        var wire = Pieces.Text(sent.Written);
        Property.Holds(wire.EndsWith("\r\n.\r\n", StringComparison.Ordinal), "a reply ends");
        Property.Equal(1, wire.Split('\r', '\n').Count(line => line == "."), "a reply ends once, for any reader (S1)");
        var lines = wire["Our: field\r\n".Length..].Split("\r\n")[..^2];
        var received = string.Concat(lines.Select(line => (line.StartsWith('.') ? line[1..] : line) + "\r\n"));
        Property.Equal(ChunkModel.Retrieve(kept), received, "what came in goes out");
        Property.Equal(ChunkModel.Ended(kept).Length, decoder.WireLength, "the length that a reader is told");
    }

    private static Decoded Decode(byte[][] chunks, int width = 4_096, bool isVectorized = true)
    {
        var decoder = new ChunkDecoder(long.MaxValue, 1_000) { IsVectorized = isVectorized };
        var output = new ImageBuffer(width);
        Take(decoder, chunks, output);
        return Describe(decoder, output);
    }

    private static void Take(ChunkDecoder decoder, byte[][] chunks, ImageBuffer output)
    {
        foreach (var chunk in chunks)
            TakeChunk(decoder, chunk, isLast: false, output);
        TakeChunk(decoder, [], isLast: true, output);
    }

    private static void TakeChunk(ChunkDecoder decoder, byte[] chunk, bool isLast, ImageBuffer output)
    {
        decoder.BeginChunk(chunk.Length, isLast);
        var input = Pieces.Join(chunk, Pieces.Octets(Behind));
        Property.Equal(DataResult.End, decoder.Decode(ref input, output), "a chunk ends");
        Property.Equal(Behind.Length, input.Length, "what follows a chunk stays in the input");
    }

    private static Decoded DecodeOneChunk(byte[][] pieces, int width)
    {
        var (decoder, output) = (new ChunkDecoder(long.MaxValue, 1_000), new ImageBuffer(width));
        decoder.BeginChunk(pieces.Sum(piece => piece.Length), isLast: true);
        foreach (var piece in pieces.Append([]))
        {
            var input = new ReadOnlySequence<byte>(piece);
            if (piece.Length > 0 || pieces.Length == 0)
                decoder.Decode(ref input, output);
        }

        return Describe(decoder, output);
    }

    private static Decoded Describe(ChunkDecoder decoder, ImageBuffer output)
    {
        Property.Equal(output.IsRaw, decoder.Traits.HasFlag(BodyTraits.Raw), "a raw image is known as one");
        return new Decoded(DataResult.End, decoder.Fault, Pieces.Text(output.Written), "", decoder.WireLength,
            decoder.Received, decoder.HeaderLength, decoder.Traits, decoder.StartsWithField, decoder.ReceivedFields);
    }
}
