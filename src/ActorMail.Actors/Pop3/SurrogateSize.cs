using System.Buffers;
using ActorMail.Protocols.Mime;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Actors.Pop3;

/// <summary>How long a message is to a client that knows no UTF-8.</summary>
internal static class SurrogateSize
{
    private const int ReadOctets = 16 * 1024;

    /// <summary>Octets on the wire, stuffed dots not counted. Reads the header and no more.</summary>
    public static long Of(MessageSlice slice)
    {
        var header = new SurrogateHeader(slice.Traits);
        var buffer = ArrayPool<byte>.Shared.Rent(ReadOctets);
        var image = new ArrayBufferWriter<byte>();
        try
        {
            for (long position = 0; !header.IsOver;)
            {
                var read = slice.Read(buffer.AsSpan(0, ReadOctets), position);
                if (read == 0)
                {
                    header.WriteEnd(image);
                    break;
                }

                header.Write(buffer.AsSpan(0, read), image);
                image.ResetWrittenCount();
                position += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return slice.WireLength + header.Growth;
    }
}
