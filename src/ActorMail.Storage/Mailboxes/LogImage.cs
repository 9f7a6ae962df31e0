using System.Buffers.Binary;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>A sidecar log as it was found: replayed up to the first octet that is no record.</summary>
internal sealed class LogImage
{
    private LogImage(LogHeader header)
    {
        (Header, Modseq) = (header, header.Modseq);
        State = new MailboxState(header.UidValidity, header.UidNext);
    }

    public LogHeader Header { get; }

    public MailboxState State { get; }

    public ulong Modseq { get; private set; }

    /// <summary>Octets up to the end of the last good record.</summary>
    public long Length { get; private set; }

    /// <summary>Of the file, zeros at its end included.</summary>
    public long FileLength { get; private set; }

    /// <summary>The last record is a good-bye.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>A write of which the log does not know how it ended.</summary>
    public LogIntent? Intent { get; private set; }

    /// <summary>Something other than zeros follows the last good record: a torn record, or damage.</summary>
    public bool HasRubbish { get; private set; }

    /// <summary>Of the machine when the mailbox was last written to, or 0.</summary>
    private ulong BootId { get; set; }

    /// <summary>What may stand behind the messages that the log knows.</summary>
    public BrokenTail? TailIn(IDisk disk, FileStat? file) => IsClosed ? null : new BrokenTail(
        Intent,
        HasRubbish,
        WasPowerCut: BootId != disk.BootId && file is { } stat && stat.ModifiedNs / 1_000_000_000 < disk.BootedAt);

    /// <summary>Null if the file is no log, or its head is damaged.</summary>
    public static LogImage? Load(IDisk disk, string path)
    {
        using var file = disk.Open(path, DiskAccess.Read);
        var octets = new byte[disk.Stat(file).Size];
        return Parse(octets.AsSpan(0, disk.Read(file, octets, 0)));
    }

    public static LogImage? Parse(ReadOnlySpan<byte> log)
    {
        if (LogFormat.ReadHeader(log) is not { } header)
            return null;
        var image = new LogImage(header);
        var length = LogFormat.HeaderLength;
        while (LogFormat.RecordAt(log[length..], header.SnapshotId, image.Modseq, out var modseq, out var type)
            is var size and > 0)
        {
            var data = log.Slice(length + LogFormat.RecordHeaderLength, size - LogFormat.RecordHeaderLength);
            if (!image.Apply(type, data))
                break;
            image.Modseq = modseq;
            length += size;
        }

        (image.Length, image.FileLength) = (length, log.Length);
        image.HasRubbish = log[length..].ContainsAnyExcept((byte)0);
        return image;
    }

    private bool Apply(LogRecordType type, ReadOnlySpan<byte> data)
    {
        switch (type)
        {
            case LogRecordType.Intent when data.Length == 24:
                Intent = new LogIntent(
                    BinaryPrimitives.ReadInt64LittleEndian(data),
                    BinaryPrimitives.ReadInt64LittleEndian(data[8..]),
                    BinaryPrimitives.ReadUInt64LittleEndian(data[16..]));
                BootId = Intent.Value.BootId;
                break;
            case LogRecordType.Append when data.Length >= LogFormat.StatLength:
                Append(data);
                break;
            case LogRecordType.Expunge when data.Length >= 8:
                Expunge(data);
                break;
            case LogRecordType.State or LogRecordType.Closed when data.Length == LogFormat.StateLength:
                LogFormat.ReadState(data, State);
                Intent = null;
                break;
            default:
                return false;
        }

        IsClosed = type == LogRecordType.Closed;
        return true;
    }

    private void Append(ReadOnlySpan<byte> data)
    {
        var entries = new MailboxEntry[(data.Length - LogFormat.StatLength) / LogFormat.EntryLength];
        for (var i = 0; i < entries.Length; i++)
            entries[i] = LogFormat.ReadEntry(data[(LogFormat.StatLength + (i * LogFormat.EntryLength))..]);
        State.Append(entries, LogFormat.ReadStat(data));
        Intent = null;
    }

    private void Expunge(ReadOnlySpan<byte> data)
    {
        var ranges = new (uint, uint)[(data.Length - 8) / 8];
        for (var i = 0; i < ranges.Length; i++)
        {
            var range = data[(8 + (i * 8))..];
            ranges[i] =
                (BinaryPrimitives.ReadUInt32LittleEndian(range), BinaryPrimitives.ReadUInt32LittleEndian(range[4..]));
        }

        State.Expunge(ranges, BinaryPrimitives.ReadInt64LittleEndian(data));
    }
}
