using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// The octets of an index file, little-endian: a header, the messages as they are in memory, the names of keywords,
/// and behind this snapshot a log of what happened since. A record of the log is CRC-32C of the rest (seed: the
/// snapshot), length of the data, modseq (never falling), type, data.
/// </summary>
internal static class IndexFormat
{
    public const int HeaderLength = 128;
    public const int RecordHeaderLength = 24;

    private const uint Magic = 0x32494d41;
    private const ushort Version = 2;

    public static int MessageLength { get; } = Unsafe.SizeOf<StoredMessage>();

    /// <summary>Header, messages and keywords.</summary>
    public static (byte[] Header, byte[] Keywords) Snapshot(MailboxState state, ulong snapshotId)
    {
        var keywords = Encoding.UTF8.GetBytes(string.Join('\n', state.Keywords));
        var content = new RecordWriter()
            .Add(Magic).Add(Version | ((uint)MessageLength << 16)).Add(state.Generation)
            .Add(snapshotId).Add(state.Modseq).Add(state.UidValidity).Add(state.UidNext)
            .Add(state.Messages.Length).Add(keywords.Length)
            .Add(state.End).Add(state.DeadLength).Add(state.DeadSince).Add(state.Stat)
            .Add(ChecksumOf(state.Messages, keywords));
        var header = new byte[HeaderLength];
        content.Written.Span.CopyTo(header.AsSpan(4));
        BinaryPrimitives.WriteUInt32LittleEndian(header, Crc32C.Compute(header.AsSpan(4)));
        return (header, keywords);
    }

    /// <summary>Whether this is an index, whole as far as its header goes, that another version wrote.</summary>
    public static bool IsOfAnotherVersion(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeaderLength
            || BinaryPrimitives.ReadUInt32LittleEndian(file) != Crc32C.Compute(file[4..HeaderLength]))
        {
            return false;
        }

        var reader = new RecordReader(file[4..HeaderLength]);
        return reader.UInt32() == Magic && reader.UInt32() != (Version | ((uint)MessageLength << 16));
    }

    /// <summary>Null for what is no index of ours, or a damaged one. Messages are read to where they stay.</summary>
    /// <param name="file">The index file.</param>
    /// <param name="size">Its octets.</param>
    /// <param name="snapshotId">The seed of the records behind it.</param>
    /// <param name="length">Where these begin.</param>
    public static MailboxState? ReadSnapshot(DiskFile file, long size, out ulong snapshotId, out long length)
    {
        (snapshotId, length) = (0, 0);
        Span<byte> header = stackalloc byte[HeaderLength];
        if (file.Read(header, 0) < HeaderLength
            || BinaryPrimitives.ReadUInt32LittleEndian(header) != Crc32C.Compute(header[4..]))
        {
            return null;
        }

        var reader = new RecordReader(header[4..]);
        if (reader.UInt32() != Magic || reader.UInt32() != (Version | ((uint)MessageLength << 16)))
            return null;
        var generation = reader.UInt32();
        (snapshotId, var modseq) = (reader.UInt64(), reader.UInt64());
        var (validity, next, count, keywordLength) = (reader.UInt32(), reader.UInt32(), reader.Int32(), reader.Int32());
        var (end, deadLength, deadSince) = (reader.Int64(), reader.Int64(), reader.Int64());
        var (stat, checksum) = (reader.Stat(), reader.UInt32());
        var messageOctets = (long)count * MessageLength;
        if (count < 0 || keywordLength < 0 || HeaderLength + messageOctets + keywordLength > size)
            return null;
        var messages = GC.AllocateUninitializedArray<StoredMessage>(count);
        var octets = MemoryMarshal.AsBytes(messages.AsSpan());
        var keywords = new byte[keywordLength];
        if (file.Read(octets, HeaderLength) < octets.Length
            || file.Read(keywords, HeaderLength + messageOctets) < keywordLength
            || checksum != Crc32C.Append(Crc32C.Compute(octets), keywords))
        {
            return null;
        }

        length = HeaderLength + messageOctets + keywordLength;
        var state = new MailboxState
        {
            UidValidity = validity,
            UidNext = next,
            Modseq = modseq,
            Generation = generation,
            End = end,
            Stat = stat,
            Keywords = keywordLength == 0 ? [] : [.. Encoding.UTF8.GetString(keywords).Split('\n')],
        };
        state.Load(messages, deadLength, deadSince);
        return state;
    }

    public static byte[] Record(IndexRecordType type, ulong modseq, ulong snapshotId, ReadOnlySpan<byte> data)
    {
        var record = new byte[RecordHeaderLength + data.Length];
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(4), data.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(8), modseq);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(16), (int)type);
        data.CopyTo(record.AsSpan(RecordHeaderLength));
        BinaryPrimitives.WriteUInt32LittleEndian(record, Crc32C.Compute(record.AsSpan(4), SeedOf(snapshotId)));
        return record;
    }

    /// <summary>Takes the record that begins here into the state; gives its length, or 0 if there is none.</summary>
    public static int ApplyRecord(ReadOnlySpan<byte> log, ulong snapshotId, MailboxState state)
    {
        if (log.Length < RecordHeaderLength)
            return 0;
        var length = BinaryPrimitives.ReadInt32LittleEndian(log[4..]);
        var modseq = BinaryPrimitives.ReadUInt64LittleEndian(log[8..]);
        if (length < 0 || length > log.Length - RecordHeaderLength || modseq < state.Modseq)
            return 0;
        var record = log[..(RecordHeaderLength + length)];
        if (BinaryPrimitives.ReadUInt32LittleEndian(record) != Crc32C.Compute(record[4..], SeedOf(snapshotId)))
            return 0;
        Apply((IndexRecordType)BinaryPrimitives.ReadInt32LittleEndian(record[16..]), modseq, record, state);
        return record.Length;
    }

    private static void Apply(IndexRecordType type, ulong modseq, ReadOnlySpan<byte> record, MailboxState state)
    {
        var data = new RecordReader(record[RecordHeaderLength..]);
        switch (type)
        {
            case IndexRecordType.Append:
                state.Stat = data.Stat();
                while (!data.IsAtEnd)
                    state.Append([data.Message()]);
                break;
            case IndexRecordType.Expunge:
                var milliseconds = data.Int64();
                state.Expunge(data.Ranges(), milliseconds, modseq);
                break;
            case IndexRecordType.Flags:
                var change = data.FlagChange();
                state.SetFlags(data.Ranges(), change, modseq);
                break;
            case IndexRecordType.Stat:
                state.Stat = data.Stat();
                break;
            default:
                throw new InvalidDataException("An index file holds a record of another version.");
        }
    }

    private static uint ChecksumOf(MessageList messages, ReadOnlySpan<byte> keywords)
    {
        var checksum = 0u;
        foreach (var piece in messages.Pieces())
            checksum = Crc32C.Append(checksum, MemoryMarshal.AsBytes(piece.Span));
        return Crc32C.Append(checksum, keywords);
    }

    private static uint SeedOf(ulong snapshotId) => (uint)snapshotId ^ (uint)(snapshotId >> 32);
}
