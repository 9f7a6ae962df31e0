using System.Buffers;

namespace ActorMail.Protocols.Wire;

/// <summary>
/// What a client sends behind DATA (RFC 5321 §4.1.1.4, §4.5.2), dots unstuffed: a line with a dot alone ends it, and
/// what follows stays in the input. A CR or LF that stands alone is read like text, and makes the message refused.
/// </summary>
/// <param name="maxWireLength">Octets a client may send, CRLFs counted and stuffed dots not (RFC 1870 §5).</param>
/// <param name="maxReceivedFields">More of them are a mail loop (RFC 5321 §6.3).</param>
public sealed class DataDecoder(long maxWireLength, int maxReceivedFields)
    : ContentDecoder(maxWireLength, maxReceivedFields, isCounted: false)
{
    /// <summary>Takes all of the input, or what there is up to the end of the message.</summary>
    public DataResult Decode(ref ReadOnlySequence<byte> input, IBufferWriter<byte> output)
    {
        var consumed = 0L;
        var sink = new OutputSpan(output);
        foreach (var piece in input)
            consumed += Take(piece.Span, ref sink);
        sink.Flush();

        Received += consumed;
        input = input.Slice(consumed);
        return Phase is LinePhase.End ? DataResult.End : DataResult.NeedsMoreData;
    }

    private protected override int Step(ReadOnlySpan<byte> rest, ref OutputSpan output)
    {
        switch (Phase)
        {
            case LinePhase.LineStart when rest[0] == (byte)'.':
                Phase = LinePhase.Dot;
                return 1;
            case LinePhase.Dot when rest[0] == (byte)'\r':
                Phase = LinePhase.DotCr;
                return 1;
            case LinePhase.Dot:
                OpenLine(rest[0]);
                return 0;
            case LinePhase.DotCr when rest[0] == (byte)'\n':
                Phase = LinePhase.End;
                return 1;
            case LinePhase.DotCr:
                OnBareReturn();
                return 0;
            default:
                return base.Step(rest, ref output);
        }
    }

    private protected override void OnBareReturn()
    {
        Fail(DataFault.BareLineEnd);
        Phase = LinePhase.Text;
    }

    private protected override int OnBareLineFeed()
    {
        Fail(DataFault.BareLineEnd);
        return 1;
    }
}
