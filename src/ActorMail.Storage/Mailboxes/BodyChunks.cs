using System.Buffers;
using System.Runtime.InteropServices;

namespace ActorMail.Storage.Mailboxes;

/// <summary>The rented buffers that bodies are made of.</summary>
internal static class BodyChunks
{
    private const int First = 16 * 1024;
    private const int Largest = 64 * 1024;

    /// <summary>Larger from chunk to chunk: most mail is small, and large mail goes to a spool file soon.</summary>
    public static byte[] Rent(int index, int atLeast) =>
        ArrayPool<byte>.Shared.Rent(Math.Max(atLeast, Math.Min(Largest, First << Math.Min(index, 2))));

    public static void Return(byte[] chunk) => ArrayPool<byte>.Shared.Return(chunk);

    public static void Return(ReadOnlyMemory<byte> part)
    {
        if (MemoryMarshal.TryGetArray(part, out var chunk) && chunk.Array is { Length: > 0 } array)
            ArrayPool<byte>.Shared.Return(array);
    }
}
