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
    /// <summary>
    /// Octets of a message that is read at once. Less than a step, for CRs and dots come in on the way.
    /// </summary>
    public const int ReadOctets = 60 * 1024;

    private readonly BodyEncoder _encoder = new(slice.Traits, bodyLines);
    private ArrayBufferWriter<byte>? _image;
    private byte[]? _loaded;
    private long _read;
    private uint _checksum;

    public uint Uid => slice.Uid;

    /// <summary>
    /// Reads a message of at most <see cref="ReadOctets"/>; false if it is not what was stored. What was read is
    /// written by the next step.
    /// </summary>
    public bool TryLoad()
    {
        var length = (int)slice.Length;
        _loaded = ArrayPool<byte>.Shared.Rent(length);
        if (slice.Read(_loaded.AsSpan(0, length), 0) == length
            && MessageSlice.Sum(0, _loaded.AsSpan(0, length)) == slice.Checksum)
        {
            return true;
        }

        ArrayPool<byte>.Shared.Return(_loaded);
        _loaded = null;
        return false;
    }

    /// <summary>
    /// Asks when all octets are read and are not those that were stored. The end is not written then: what was sent may
    /// be half of one message and half of another.
    /// </summary>
    public override OutflowStep WriteStep(PipeWriter output)
    {
        MakeRoom(output, slice.WireLength);
        var buffer = _loaded ?? ArrayPool<byte>.Shared.Rent(ReadOctets);
        try
        {
            var wanted = (int)Math.Min(ReadOctets, slice.Length - _read);
            var read = _loaded is null ? slice.Read(buffer.AsSpan(0, wanted), _read) : wanted;
            if (read == 0 && wanted > 0)
                throw new InvalidDataException("The mailbox file is shorter than its index says.");

            _read += read;
            _checksum = MessageSlice.Sum(_checksum, buffer.AsSpan(0, read));
            Encode(buffer.AsSpan(0, read), output);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            _loaded = null;
        }

        if (_read < slice.Length && !_encoder.IsDone)
            return OutflowStep.More;
        if (_read == slice.Length && _checksum != slice.Checksum)
            return OutflowStep.AskFirst;

        _encoder.WriteEnd(output);
        return OutflowStep.Done;
    }

    /// <summary>Writes the end of a doubtful message all the same.</summary>
    public void WriteEnd(PipeWriter output) => _encoder.WriteEnd(output);

    private void Encode(ReadOnlySpan<byte> stored, PipeWriter output)
    {
        if (surrogate is not { IsOver: false })
        {
            _encoder.Write(stored, output);
            return;
        }

        _image ??= new ArrayBufferWriter<byte>();
        surrogate.Write(stored, _image);
        if (_read == slice.Length)
            surrogate.WriteEnd(_image);
        _encoder.Write(_image.WrittenSpan, output);
        _image.ResetWrittenCount();
    }
}
