using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ActorMail.Storage.Files;

/// <summary>
/// CRC-32C (Castagnoli), which processors compute eight octets at a time. Each step waits for the one before, and a
/// processor could take three of them at once: so long octets are three lanes, whose checksums are joined.
/// </summary>
public static class Crc32C
{
    private const int LaneLength = 1024;

    /// <summary>What a lane of zeros makes of each octet of a checksum.</summary>
    private static readonly uint[][] s_zeroLane = [.. Enumerable.Range(0, 4).Select(place =>
        Enumerable.Range(0, 256).Select(octet => AfterZeroLane((uint)octet << (8 * place))).ToArray())];

    public static uint Compute(ReadOnlySpan<byte> octets, uint seed = 0) => Append(seed, octets);

    /// <summary>The checksum of what <paramref name="crc"/> stands for with these octets behind it.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> octets)
    {
        var state = ~crc;
        while (BitConverter.IsLittleEndian && octets.Length >= 3 * LaneLength)
        {
            state = AppendLanes(state, MemoryMarshal.Cast<byte, ulong>(octets[..(3 * LaneLength)]));
            octets = octets[(3 * LaneLength)..];
        }

        while (octets.Length >= sizeof(ulong))
        {
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(octets));
            octets = octets[sizeof(ulong)..];
        }

        foreach (var octet in octets)
            state = BitOperations.Crc32C(state, octet);
        return ~state;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // The first index that is read is large, too.
    private static uint AppendLanes(uint state, ReadOnlySpan<ulong> lanes)
    {
        const int length = LaneLength / sizeof(ulong);
        var first = lanes[..length];
        var second = lanes.Slice(length, length);
        var third = lanes.Slice(2 * length, length);
        var (a, b, c) = (state, 0u, 0u);
        for (var i = 0; i < length; i++)
        {
            a = BitOperations.Crc32C(a, first[i]);
            b = BitOperations.Crc32C(b, second[i]);
            c = BitOperations.Crc32C(c, third[i]);
        }

        return Skip(Skip(a) ^ b) ^ c;
    }

    private static uint Skip(uint state) => s_zeroLane[0][(byte)state] ^ s_zeroLane[1][(byte)(state >> 8)]
        ^ s_zeroLane[2][(byte)(state >> 16)] ^ s_zeroLane[3][state >> 24];

    private static uint AfterZeroLane(uint state)
    {
        for (var i = 0; i < LaneLength; i += sizeof(ulong))
            state = BitOperations.Crc32C(state, 0UL);
        return state;
    }
}
