using System.Buffers.Binary;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Journal;

/// <summary>
/// The octets of a segment, little-endian. Two places for its header, 512 octets each, of which the one with the higher
/// sequence counts: so a header that was half written leaves the one before it. Then records, each at a multiple of 8:
/// CRC-32C of the rest (seed: the salt of the segment), length of the payload, LSN, magic, type, version, shard, epoch
/// of the shard, sequence in the shard, payload.
/// </summary>
internal static class JournalFormat
{
    public const int HeaderLength = 512;
    public const int RecordsStart = 2 * HeaderLength;
    public const int RecordHeaderLength = 40;

    private const uint SegmentMagic = 0x314a4d41;
    private const uint RecordMagic = 0x31524d41;
    private const ushort Version = 1;
    private const int MagicOffset = 16;
    private const int MaxTried = 16;

    /// <summary>Octets that a record takes, with what aligns the next one.</summary>
    public static long SizeOf(int payload) => (RecordHeaderLength + (long)payload + 7) & ~7;

    public static byte[] Header(SegmentHeader header)
    {
        var octets = new byte[HeaderLength];
        BinaryPrimitives.WriteUInt32LittleEndian(octets.AsSpan(4), SegmentMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(octets.AsSpan(8), Version);
        BinaryPrimitives.WriteUInt32LittleEndian(octets.AsSpan(12), header.Salt);
        BinaryPrimitives.WriteUInt64LittleEndian(octets.AsSpan(16), header.Sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(octets.AsSpan(24), header.PreviousLsn);
        BinaryPrimitives.WriteUInt64LittleEndian(octets.AsSpan(32), header.CheckpointedSequence);
        BinaryPrimitives.WriteUInt64LittleEndian(octets.AsSpan(40), header.CheckpointedLsn);
        BinaryPrimitives.WriteUInt64LittleEndian(octets.AsSpan(48), header.LastLsn);
        BinaryPrimitives.WriteUInt32LittleEndian(octets, Crc32C.Compute(octets.AsSpan(4)));
        return octets;
    }

    /// <summary>Null for what is no header of ours, or a damaged one.</summary>
    public static SegmentHeader? ReadHeader(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < HeaderLength
            || BinaryPrimitives.ReadUInt32LittleEndian(octets) != Crc32C.Compute(octets[4..HeaderLength])
            || BinaryPrimitives.ReadUInt32LittleEndian(octets[4..]) != SegmentMagic
            || BinaryPrimitives.ReadUInt16LittleEndian(octets[8..]) != Version)
        {
            return null;
        }

        return new SegmentHeader(
            BinaryPrimitives.ReadUInt64LittleEndian(octets[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(octets[24..]),
            BinaryPrimitives.ReadUInt64LittleEndian(octets[48..]),
            BinaryPrimitives.ReadUInt64LittleEndian(octets[32..]),
            BinaryPrimitives.ReadUInt64LittleEndian(octets[40..]),
            BinaryPrimitives.ReadUInt32LittleEndian(octets[12..]));
    }

    /// <summary>Fills in what stands around a payload that is at its place already.</summary>
    public static void Seal(Span<byte> record, int payload, ushort type, ulong lsn, uint salt)
    {
        BinaryPrimitives.WriteInt32LittleEndian(record[4..], payload);
        BinaryPrimitives.WriteUInt64LittleEndian(record[8..], lsn);
        BinaryPrimitives.WriteUInt32LittleEndian(record[16..], RecordMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(record[20..], type);
        BinaryPrimitives.WriteUInt16LittleEndian(record[22..], Version);
        // One node is one shard: the fields are there so that the same octets can feed a cluster.
        BinaryPrimitives.WriteUInt32LittleEndian(record[24..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(record[28..], 0);
        BinaryPrimitives.WriteUInt64LittleEndian(record[32..], lsn);
        record[(RecordHeaderLength + payload)..].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(record, Crc32C.Compute(record[4..], salt));
    }

    /// <summary>
    /// Whether a record with a higher LSN is somewhere behind one that cannot be read. For a word to the operator: of
    /// octets that only look like a record, as mail may have them, no more than a few are looked into.
    /// </summary>
    public static bool HasRecordBehind(ReadOnlyMemory<byte> octets, uint salt, ulong lsn)
    {
        Span<byte> magic = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(magic, RecordMagic);
        var tried = 0;
        for (var at = 0; tried < MaxTried; at += MagicOffset + magic.Length)
        {
            var found = octets.Span[at..].IndexOf(magic);
            if (found < 0)
                return false;
            at += found - MagicOffset;
            var there = at < 0 ? default : octets[at..];
            if (there.Length < RecordHeaderLength || BinaryPrimitives.ReadUInt64LittleEndian(there.Span[8..]) <= lsn)
                continue;
            tried++;
            if (RecordAt(there, salt, BinaryPrimitives.ReadUInt64LittleEndian(there.Span[8..]), out _) is not null)
                return true;
        }

        return false;
    }

    /// <summary>The record that begins here, or null if none of this LSN does.</summary>
    public static RecordImage? RecordAt(ReadOnlyMemory<byte> segment, uint salt, ulong lsn, out long size)
    {
        size = 0;
        var octets = segment.Span;
        if (octets.Length < RecordHeaderLength || BinaryPrimitives.ReadUInt32LittleEndian(octets[16..]) != RecordMagic
            || BinaryPrimitives.ReadUInt64LittleEndian(octets[8..]) != lsn
            || BinaryPrimitives.ReadUInt16LittleEndian(octets[22..]) != Version)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(octets[4..]);
        if (length < 0 || SizeOf(length) > octets.Length)
            return null;
        size = SizeOf(length);
        if (BinaryPrimitives.ReadUInt32LittleEndian(octets) != Crc32C.Compute(octets[4..(int)size], salt))
            return null;
        return new RecordImage(
            BinaryPrimitives.ReadUInt16LittleEndian(octets[20..]), lsn, segment.Slice(RecordHeaderLength, length));
    }
}
