using System.Buffers.Binary;
using ActorMail.Protocols.Wire;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// The octets of the sidecar log, little-endian. A header, then records: CRC-32C of the rest of the record seeded by
/// the snapshot, length of the data, modseq (strictly rising), type, data. Zeros end a log.
/// </summary>
internal static class LogFormat
{
    public const int HeaderLength = 64;
    public const int RecordHeaderLength = 20;
    public const int EntryLength = 72;
    public const int StatLength = 32;

    /// <summary>End, dead octets, dead since, whether there is a file, its stat.</summary>
    public const int StateLength = 32 + StatLength;

    private const uint Magic = 0x314c4d41;
    private const ushort Version = 1;

    public static byte[] Header(ulong snapshotId, uint generation, ulong modseq, MailboxState state)
    {
        var header = new byte[HeaderLength];
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), Version);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(10), HeaderLength);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(12), generation);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(16), snapshotId);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(24), modseq);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(32), state.UidValidity);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(36), state.UidNext);
        BinaryPrimitives.WriteUInt32LittleEndian(header, Crc32C.Compute(header.AsSpan(4)));
        return header;
    }

    /// <summary>Null for what is no header of ours, or a damaged one.</summary>
    public static LogHeader? ReadHeader(ReadOnlySpan<byte> log)
    {
        if (log.Length < HeaderLength
            || BinaryPrimitives.ReadUInt32LittleEndian(log) != Crc32C.Compute(log[4..HeaderLength])
            || BinaryPrimitives.ReadUInt32LittleEndian(log[4..]) != Magic
            || BinaryPrimitives.ReadUInt16LittleEndian(log[8..]) != Version)
        {
            return null;
        }

        return new LogHeader(
            BinaryPrimitives.ReadUInt64LittleEndian(log[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(log[12..]),
            BinaryPrimitives.ReadUInt64LittleEndian(log[24..]),
            BinaryPrimitives.ReadUInt32LittleEndian(log[32..]),
            BinaryPrimitives.ReadUInt32LittleEndian(log[36..]));
    }

    /// <summary>Fills in what stands in front of a record's data, which the caller wrote at its place.</summary>
    public static void Seal(Span<byte> record, ulong snapshotId, ulong modseq, LogRecordType type)
    {
        BinaryPrimitives.WriteInt32LittleEndian(record[4..], record.Length - RecordHeaderLength);
        BinaryPrimitives.WriteUInt64LittleEndian(record[8..], modseq);
        BinaryPrimitives.WriteUInt32LittleEndian(record[16..], (uint)type);
        BinaryPrimitives.WriteUInt32LittleEndian(record, Crc32C.Compute(record[4..], Seed(snapshotId)));
    }

    /// <summary>The length of the record that begins here, or 0 if none does.</summary>
    public static int RecordAt(
        ReadOnlySpan<byte> log, ulong snapshotId, ulong modseqBefore, out ulong modseq, out LogRecordType type)
    {
        (modseq, type) = (0, LogRecordType.None);
        if (log.Length < RecordHeaderLength)
            return 0;
        var length = BinaryPrimitives.ReadInt32LittleEndian(log[4..]);
        if (length < 0 || length > log.Length - RecordHeaderLength)
            return 0;
        var record = log[..(RecordHeaderLength + length)];
        modseq = BinaryPrimitives.ReadUInt64LittleEndian(record[8..]);
        type = (LogRecordType)BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
        return modseq > modseqBefore
            && BinaryPrimitives.ReadUInt32LittleEndian(record) == Crc32C.Compute(record[4..], Seed(snapshotId))
                ? record.Length
                : 0;
    }

    public static void Write(Span<byte> data, in MailboxEntry entry)
    {
        var message = entry.Message;
        BinaryPrimitives.WriteUInt32LittleEndian(data, message.Uid);
        BinaryPrimitives.WriteInt32LittleEndian(data[4..], message.FromLength);
        BinaryPrimitives.WriteInt64LittleEndian(data[8..], message.Offset);
        BinaryPrimitives.WriteInt64LittleEndian(data[16..], message.Length);
        BinaryPrimitives.WriteInt64LittleEndian(data[24..], message.WireLength);
        BinaryPrimitives.WriteInt64LittleEndian(data[32..], message.ReceivedAt);
        BinaryPrimitives.WriteInt32LittleEndian(data[40..], message.PadLength);
        BinaryPrimitives.WriteInt32LittleEndian(data[44..], message.HeaderLength);
        BinaryPrimitives.WriteInt32LittleEndian(data[48..], (int)message.Traits);
        BinaryPrimitives.WriteUInt32LittleEndian(data[52..], message.Checksum);
        BinaryPrimitives.WriteUInt128LittleEndian(data[56..], entry.Hash);
    }

    public static MailboxEntry ReadEntry(ReadOnlySpan<byte> data) => new(
        new StoredMessage(
            BinaryPrimitives.ReadUInt32LittleEndian(data),
            BinaryPrimitives.ReadInt64LittleEndian(data[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(data[4..]),
            BinaryPrimitives.ReadInt64LittleEndian(data[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(data[40..]),
            BinaryPrimitives.ReadInt64LittleEndian(data[24..]),
            BinaryPrimitives.ReadInt32LittleEndian(data[44..]),
            (BodyTraits)BinaryPrimitives.ReadInt32LittleEndian(data[48..]),
            BinaryPrimitives.ReadInt64LittleEndian(data[32..]),
            BinaryPrimitives.ReadUInt32LittleEndian(data[52..])),
        BinaryPrimitives.ReadUInt128LittleEndian(data[56..]));

    public static void Write(Span<byte> data, FileStat stat)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(data, stat.Inode);
        BinaryPrimitives.WriteInt64LittleEndian(data[8..], stat.Size);
        BinaryPrimitives.WriteInt64LittleEndian(data[16..], stat.ModifiedNs);
        BinaryPrimitives.WriteInt64LittleEndian(data[24..], stat.ChangedNs);
    }

    public static FileStat ReadStat(ReadOnlySpan<byte> data) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(data),
        BinaryPrimitives.ReadInt64LittleEndian(data[8..]),
        BinaryPrimitives.ReadInt64LittleEndian(data[16..]),
        BinaryPrimitives.ReadInt64LittleEndian(data[24..]));

    public static void WriteState(Span<byte> data, MailboxState state)
    {
        BinaryPrimitives.WriteInt64LittleEndian(data, state.End);
        BinaryPrimitives.WriteInt64LittleEndian(data[8..], state.DeadLength);
        BinaryPrimitives.WriteInt64LittleEndian(data[16..], state.DeadSince);
        BinaryPrimitives.WriteInt64LittleEndian(data[24..], state.Stat is null ? 0 : 1);
        Write(data[32..], state.Stat ?? default);
    }

    public static void ReadState(ReadOnlySpan<byte> data, MailboxState state)
    {
        state.End = BinaryPrimitives.ReadInt64LittleEndian(data);
        state.DeadLength = BinaryPrimitives.ReadInt64LittleEndian(data[8..]);
        state.DeadSince = BinaryPrimitives.ReadInt64LittleEndian(data[16..]);
        state.Stat = BinaryPrimitives.ReadInt64LittleEndian(data[24..]) == 0 ? null : ReadStat(data[32..]);
    }

    private static uint Seed(ulong snapshotId) => (uint)snapshotId ^ (uint)(snapshotId >> 32);
}
