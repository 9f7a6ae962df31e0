using ActorMail.Protocols.Tests.Wire;
using ActorMail.Protocols.Wire;

namespace ActorMail.Fuzz.Targets;

/// <summary>
/// DATA to the stored image and back: in any cut, by blocks or octet by octet, with room for a few octets or for many,
/// it is what the slow model says. The first four octets choose cut, room, limit, and what comes before the input.
/// </summary>
internal sealed class DataTarget : IFuzzTarget
{
    private const int Choices = 4;
    private const string End = "\r\n.\r\nNOOP\r\n";

    /// <summary>In a body, in a header, and where it is not known yet whether there is a header.</summary>
    private static readonly string[] Starts = ["", "X: y\r\n\r\n", "X: y\r\nZ: "];

    public string Name => "data";

    public int MaxLength => 512;

    public void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < Choices)
            return;

        var (size, width) = (1 + input[0] % 200, 1 + input[1]);
        var (limit, before) = (input[2] * 8, input[3]);
        var text = Pieces.Text(input[Choices..]);
        var wire = Starts[before % Starts.Length] + new string('b', before / Starts.Length) + text + End;
        var octets = Pieces.Octets(wire);
        var decoded = DataModel.Decode(wire);
        AssertDecoded(decoded, octets, size, width);
        AssertLimited(octets, limit, size, width);
        AssertEncoded(text, isQuoted: input[2] % 2 == 0, size, width, bodyLines: input[2] % 8);
        if (decoded.Fault is DataFault.None)
            AssertRoundTrip(decoded, wire, size, width);
    }

    private static void AssertDecoded(Decoded expected, byte[] octets, int size, int width)
    {
        Property.Equal(expected, Decoded.From([octets]), "by blocks");
        Property.Equal(expected, Decoded.From([octets], isVectorized: false), "octet by octet");
        Property.Equal(expected, Decoded.From(Pieces.Chunks(octets, size)), "in pieces");
        Property.Equal(expected, Decoded.FromSegments(Pieces.Chunks(octets, size), width: width), "in segments");
    }

    private static void AssertLimited(byte[] octets, int limit, int size, int width)
    {
        var expected = Decoded.From([octets], limit, maxReceived: 1, isVectorized: false);
        Property.Equal(expected, Decoded.From([octets], limit, maxReceived: 1), "limited, by blocks");
        Property.Equal(
            expected, Decoded.From(Pieces.Chunks(octets, size), limit, maxReceived: 1), "limited, in pieces");
        Property.Equal(expected, Decoded.FromSegments(Pieces.Chunks(octets, size), limit, 1, width), "in segments");
    }

    /// <summary>Any octets at all as an image, whole and as TOP has it.</summary>
    private static void AssertEncoded(string stored, bool isQuoted, int size, int width, int bodyLines)
    {
        var traits = isQuoted ? BodyTraits.Quoted : BodyTraits.None;
        var whole = DataModel.Encode(stored, null, isQuoted);
        Property.Equal(whole, Encode(stored, traits), "encoded by blocks");
        Property.Equal(whole, Encode(stored, traits, isVectorized: false), "encoded line by line");
        Property.Equal(whole, Encode(stored, traits, size, width), "encoded in pieces");
        var top = DataModel.Encode(stored, bodyLines, isQuoted);
        Property.Equal(top, Encode(stored, traits, size, width, bodyLines), "top in pieces");
    }

    /// <summary>What was sent goes out again, dots stuffed where they must be, but for Return-Path (D11).</summary>
    private static void AssertRoundTrip(Decoded decoded, string wire, int size, int width)
    {
        var data = wire[..^"\r\n.\r\nNOOP\r\n".Length] + "\r\n";
        if (decoded.Received != data.Length + 3)
            return;

        var lines = data.Split("\r\n")[..^1].Select(line => line.StartsWith('.') ? line[1..] : line).ToList();
        if (lines.Sum(line => line.Length + 2) != decoded.WireLength)
            return;

        var expected = string.Concat(lines.Select(line => (line.StartsWith('.') ? "." : "") + line + "\r\n")) + ".\r\n";
        Property.Equal(expected, Encode(decoded.Stored, decoded.Traits), "there and back");
        Property.Equal(expected, Encode(decoded.Stored, decoded.Traits, size, width), "there and back in pieces");
    }

    private static string Encode(
        string stored, BodyTraits traits, int size = 4_096, int width = 4_096, int? bodyLines = null,
        bool isVectorized = true)
    {
        var encoder = new BodyEncoder(traits, bodyLines) { IsVectorized = isVectorized };
        var output = new NarrowWriter(width);
        foreach (var piece in Pieces.Chunks(Pieces.Octets(stored), size))
            encoder.Write(piece, output);
        encoder.WriteEnd(output);
        return Pieces.Text(output.Written);
    }
}
