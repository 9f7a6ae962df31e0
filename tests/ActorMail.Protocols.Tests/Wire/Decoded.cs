using System.Buffers;
using ActorMail.Protocols.Wire;

namespace ActorMail.Protocols.Tests.Wire;

/// <summary>All that a decoder has to say about a message once it is over.</summary>
internal sealed record Decoded(
    DataResult Result,
    DataFault Fault,
    string Stored,
    string Rest,
    long WireLength,
    long Received,
    int HeaderLength,
    BodyTraits Traits,
    bool StartsWithField,
    int ReceivedFields)
{
    public static Decoded From(string wire, long maxLength = long.MaxValue, int maxReceived = 100) =>
        From([Pieces.Octets(wire)], maxLength, maxReceived);

    /// <summary>Each piece is a read of its own; what follows the message is what no read took.</summary>
    public static Decoded From(
        byte[][] pieces, long maxLength = long.MaxValue, int maxReceived = 100, bool isVectorized = true)
    {
        var decoder = new DataDecoder(maxLength, maxReceived) { IsVectorized = isVectorized };
        var output = new ArrayBufferWriter<byte>();
        var (result, rest) = (DataResult.NeedsMoreData, "");
        foreach (var piece in pieces)
        {
            var input = Pieces.Join([], piece, []);
            result = decoder.Decode(ref input, output);
            rest += Pieces.Text(input.ToArray());
        }

        return Describe(decoder, result, Pieces.Text(output.WrittenSpan), rest);
    }

    /// <summary>All pieces in one read, as segments, into a writer that gives out a few octets at a time.</summary>
    public static Decoded FromSegments(
        byte[][] pieces, long maxLength = long.MaxValue, int maxReceived = 100, int width = 7)
    {
        var decoder = new DataDecoder(maxLength, maxReceived) { IsVectorized = true };
        var output = new NarrowWriter(width);
        var input = Pieces.Join(pieces);
        var result = decoder.Decode(ref input, output);
        return Describe(decoder, result, Pieces.Text(output.Written), Pieces.Text(input.ToArray()));
    }

    /// <summary>Of a refused message only the refusal, and where it ended, are promised.</summary>
    private static Decoded Describe(DataDecoder decoder, DataResult result, string stored, string rest) =>
        decoder.Fault is DataFault.None
            ? new Decoded(result, decoder.Fault, stored, rest, decoder.WireLength, decoder.Received,
                decoder.HeaderLength, decoder.Traits, decoder.StartsWithField, decoder.ReceivedFields)
            : new Decoded(result, decoder.Fault, "", rest, 0, decoder.Received, 0, BodyTraits.None, false, 0);
}
