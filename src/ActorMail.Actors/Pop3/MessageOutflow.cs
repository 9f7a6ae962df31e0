using System.Buffers;
using System.IO.Pipelines;
using ActorMail.Protocols.Mime;
using ActorMail.Protocols.Wire;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Actors.Pop3;

/// <summary>
/// A message, read from its file as the client takes it; for TOP only as many lines of its body
/// (<paramref name="bodyLines"/>) as were asked for.
/// </summary>
/// <param name="slice">Where it stands.</param>
/// <param name="bodyLines">Null for the whole message.</param>
/// <param name="surrogate">Makes its header ASCII, for a client that needs it (RFC 6856 §2.1); else null.</param>
internal sealed class MessageOutflow(MessageSlice slice, int? bodyLines, SurrogateHeader? surrogate) : Outflow
{
    /// <summary>Less than a step, for CRs and dots come in on the way.</summary>
    private const int ReadOctets = 60 * 1024;

    private readonly BodyEncoder _encoder = new(slice.Traits, bodyLines);
    private readonly ArrayBufferWriter<byte> _image = new();
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

            MakeRoom(output, slice.WireLength);
            _read += read;
            Encode(buffer.AsSpan(0, read), output);
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

    private void Encode(ReadOnlySpan<byte> stored, PipeWriter output)
    {
        if (surrogate is not { IsOver: false })
        {
            _encoder.Write(stored, output);
            return;
        }

        surrogate.Write(stored, _image);
        if (_read == slice.Length)
            surrogate.WriteEnd(_image);
        _encoder.Write(_image.WrittenSpan, output);
        _image.ResetWrittenCount();
    }
}
