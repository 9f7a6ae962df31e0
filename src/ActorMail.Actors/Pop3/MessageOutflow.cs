using System.Buffers;
using System.IO.Pipelines;
using ActorMail.Protocols.Wire;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Actors.Pop3;

/// <summary>
/// A message, read from its file as the client takes it; for TOP only as many lines of its body
/// (<paramref name="bodyLines"/>) as were asked for.
/// </summary>
internal sealed class MessageOutflow(MessageSlice slice, int? bodyLines) : Outflow
{
    /// <summary>Less than a step, for CRs and dots come in on the way.</summary>
    private const int ReadOctets = 60 * 1024;

    private readonly BodyEncoder _encoder = new(slice.Traits, bodyLines);
    private long _read;

    public override bool WriteStep(PipeWriter output)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadOctets);
        try
        {
            var wanted = (int)Math.Min(ReadOctets, slice.Length - _read);
            var read = slice.Read(buffer.AsSpan(0, wanted), _read);
            if (read == 0 && wanted > 0)
                throw new InvalidDataException("The mailbox file is shorter than its index says.");

            // Without this hint the writer would send segments of 4 KiB.
            output.GetSpan(StepOctets);
            _encoder.Write(buffer.AsSpan(0, read), output);
            _read += read;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (_read < slice.Length && !_encoder.IsDone)
            return true;

        _encoder.WriteEnd(output);
        return false;
    }
}
