using System.Buffers.Binary;
using System.Numerics;

namespace ActorMail.Storage.Files;

/// <summary>CRC-32C (Castagnoli), which processors compute eight octets at a time.</summary>
public static class Crc32C
{
    public static uint Compute(ReadOnlySpan<byte> octets, uint seed = 0) => Append(seed, octets);

    /// <summary>The checksum of what <paramref name="crc"/> stands for with these octets behind it.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> octets)
    {
        var state = ~crc;
        while (octets.Length >= sizeof(ulong))
        {
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(octets));
            octets = octets[sizeof(ulong)..];
        }

        foreach (var octet in octets)
            state = BitOperations.Crc32C(state, octet);
        return ~state;
    }
}
