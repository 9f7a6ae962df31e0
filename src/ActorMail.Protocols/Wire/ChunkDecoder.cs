using System.Buffers;

namespace ActorMail.Protocols.Wire;

/// <summary>
/// What a client sends behind BDAT (RFC 3030 §2): octets that are counted, so that a dot is a dot. Text is stored as
/// that of DATA is. With the first CR or LF that stands alone the message turns raw (<see cref="BodyTraits.Raw"/>):
/// what was stored gets its CRs back, and all that follows is stored as it comes.
/// </summary>
/// <param name="maxWireLength">Octets of all chunks (RFC 1870 §5).</param>
/// <param name="maxReceivedFields">More of them are a mail loop (RFC 5321 §6.3).</param>
public sealed class ChunkDecoder(long maxWireLength, int maxReceivedFields)
    : ContentDecoder(maxWireLength, maxReceivedFields, isCounted: true)
{
    private readonly long _maxWireLength = maxWireLength;
    private LinePhase _behindBare;
    private ChunkDiscard _chunk;
    private bool _isLast;

    /// <summary>
    /// The next octets of the message. A chunk that leads beyond the limit makes the message too
    /// large at once; its octets, and all that come after a fault, are counted and thrown away.
    /// </summary>
    /// <param name="octets">As many as BDAT says; of none nothing has to come.</param>
    /// <param name="isLast">The message ends with it.</param>
    public void BeginChunk(long octets, bool isLast)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(octets);
        if (!_chunk.IsOver)
            throw new InvalidOperationException("The chunk before is not over.");
        (_chunk, _isLast) = (new ChunkDiscard(octets), isLast);
        if (octets > _maxWireLength - Received)
            Fail(DataFault.TooLarge);
    }

    /// <summary>
    /// Takes all of the input, or what there is up to the end of the chunk. When the last one has ended, what is known
    /// at the end only can be asked for.
    /// </summary>
    public DataResult Decode(ref ReadOnlySequence<byte> input, IImageWriter output)
    {
        var taken = input.Slice(0, Math.Min(_chunk.Left, input.Length));
        var isOver = _chunk.Take(ref input);
        Received += taken.Length;
        if (Fault is DataFault.None)
        {
            var sink = new OutputSpan(output);
            foreach (var piece in taken)
                TakeAll(piece.Span, output, ref sink);
            sink.Flush();
        }

        if (isOver && _isLast)
            Complete(output);
        return isOver ? DataResult.End : DataResult.NeedsMoreData;
    }

    private protected override void OnBareReturn() => (Phase, _behindBare) = (LinePhase.Bare, LinePhase.TextCr);

    private protected override int OnBareLineFeed()
    {
        (Phase, _behindBare) = (LinePhase.Bare, LinePhase.Text);
        return 0;
    }

    private void TakeAll(ReadOnlySpan<byte> piece, IImageWriter output, ref OutputSpan sink)
    {
        while (!piece.IsEmpty)
        {
            piece = piece[Take(piece, ref sink)..];
            if (Phase is not LinePhase.Bare)
                continue;

            sink.Flush();
            TurnRaw(_behindBare, output);
            sink = new OutputSpan(output);
        }
    }

    private void TurnRaw(LinePhase phase, IImageWriter output)
    {
        var headerEnd = Fault is DataFault.None ? output.AddReturns(HeaderEnd) : HeaderEnd;
        BeginRaw(phase, headerEnd);
    }

    private void Complete(IImageWriter output)
    {
        _isLast = false;
        if (Phase is LinePhase.TextCr && !IsRaw)
            TurnRaw(LinePhase.TextCr, output);
        var sink = new OutputSpan(output);
        EndContent(ref sink);
        sink.Flush();
    }
}
