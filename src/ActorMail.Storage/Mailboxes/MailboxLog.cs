using System.Buffers.Binary;
using System.Security.Cryptography;
using ActorMail.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// The sidecar log of one mailbox, being written. The file is kept longer than its records, with zeros at its end: an
/// expunge finds room there even on a full disk.
/// </summary>
internal sealed class MailboxLog : IDisposable
{
    private const int Block = 4096;
    private const int Spare = 1024;
    private const int EntriesInRecord = 1000;

    private readonly IDisk _disk;
    private readonly SafeFileHandle _file;
    private long _end;
    private long _allocated;

    private MailboxLog(IDisk disk, SafeFileHandle file, string path, LogHeader header)
    {
        (_disk, _file, Path) = (disk, file, path);
        (SnapshotId, Generation, Modseq) = (header.SnapshotId, header.Generation, header.Modseq);
    }

    public string Path { get; }

    public ulong SnapshotId { get; }

    public uint Generation { get; }

    /// <summary>Of the last record, also of one that could not be written: none is used twice.</summary>
    public ulong Modseq { get; private set; }

    public static ulong NewSnapshotId() => BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));

    /// <summary>A new log that says all there is to say; durable, name and all, when this returns.</summary>
    public static MailboxLog Create(
        IDisk disk, MailboxPaths paths, MailboxState state, ulong snapshotId, uint generation, ulong modseq)
    {
        disk.CreateFolder(paths.Folder);
        disk.FlushFolder(paths.MetaFolder);
        var temporary = paths.NewLog(snapshotId);
        var file = disk.Open(temporary, DiskAccess.CreateNew);
        var header = new LogHeader(snapshotId, generation, modseq, state.UidValidity, state.UidNext);
        var log = new MailboxLog(disk, file, paths.Log(snapshotId), header);
        try
        {
            log.WriteSnapshot(state);
            log.Flush();
            disk.Rename(temporary, log.Path);
            disk.FlushFolder(paths.Folder);
            return log;
        }
        catch (IOException)
        {
            log.Dispose();
            disk.Delete(temporary);
            disk.Delete(log.Path);
            throw;
        }
    }

    /// <summary>Goes on behind the last record of a log that was read.</summary>
    public static MailboxLog Resume(IDisk disk, MailboxPaths paths, LogImage image)
    {
        var path = paths.Log(image.Header.SnapshotId);
        return new MailboxLog(disk, disk.Open(path, DiskAccess.ReadWrite), path, image.Header)
        {
            Modseq = image.Modseq,
            _end = image.Length,
            _allocated = image.FileLength,
        };
    }

    public void Intend(LogIntent intent)
    {
        var record = new byte[LogFormat.RecordHeaderLength + 24];
        var data = record.AsSpan(LogFormat.RecordHeaderLength);
        BinaryPrimitives.WriteInt64LittleEndian(data, intent.Offset);
        BinaryPrimitives.WriteInt64LittleEndian(data[8..], intent.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(data[16..], intent.BootId);
        Write(record, LogRecordType.Intent, mayUseSpare: false);
    }

    public void Append(IReadOnlyList<MailboxEntry> entries, FileStat stat) =>
        Write(AppendRecord(entries, 0, entries.Count, stat), LogRecordType.Append, mayUseSpare: false);

    public void Expunge(IReadOnlyList<(uint First, uint Last)> ranges, long milliseconds)
    {
        var record = new byte[LogFormat.RecordHeaderLength + 8 + (ranges.Count * 8)];
        var data = record.AsSpan(LogFormat.RecordHeaderLength);
        BinaryPrimitives.WriteInt64LittleEndian(data, milliseconds);
        for (var i = 0; i < ranges.Count; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(data[(8 + (i * 8))..], ranges[i].First);
            BinaryPrimitives.WriteUInt32LittleEndian(data[(12 + (i * 8))..], ranges[i].Last);
        }

        Write(record, LogRecordType.Expunge, mayUseSpare: true);
    }

    public void Note(MailboxState state, bool isClosing)
    {
        var record = new byte[LogFormat.RecordHeaderLength + LogFormat.StateLength];
        LogFormat.WriteState(record.AsSpan(LogFormat.RecordHeaderLength), state);
        Write(record, isClosing ? LogRecordType.Closed : LogRecordType.State, mayUseSpare: false);
    }

    public void Flush() => _disk.Flush(_file);

    public void Dispose() => _file.Dispose();

    private static byte[] AppendRecord(IReadOnlyList<MailboxEntry> entries, int from, int to, FileStat stat)
    {
        var length = LogFormat.StatLength + ((to - from) * LogFormat.EntryLength);
        var record = new byte[LogFormat.RecordHeaderLength + length];
        var data = record.AsSpan(LogFormat.RecordHeaderLength);
        LogFormat.Write(data, stat);
        data = data[LogFormat.StatLength..];
        for (var i = from; i < to; i++, data = data[LogFormat.EntryLength..])
            LogFormat.Write(data, entries[i]);
        return record;
    }

    private void WriteSnapshot(MailboxState state)
    {
        _disk.Write(_file, LogFormat.Header(SnapshotId, Generation, Modseq, state), 0);
        (_end, _allocated) = (LogFormat.HeaderLength, LogFormat.HeaderLength);
        for (var i = 0; i < state.Entries.Count; i += EntriesInRecord)
        {
            var to = Math.Min(i + EntriesInRecord, state.Entries.Count);
            Write(AppendRecord(state.Entries, i, to, state.Stat ?? default), LogRecordType.Append, mayUseSpare: false);
        }

        Note(state, isClosing: false);
    }

    private void Write(byte[] record, LogRecordType type, bool mayUseSpare)
    {
        Modseq++;
        LogFormat.Seal(record, SnapshotId, Modseq, type);
        var end = _end + record.Length;
        if (end + Spare > _allocated)
            Grow(record, end, mayUseSpare);
        else
            _disk.Write(_file, record, _end);
        _end = end;
    }

    private void Grow(byte[] record, long end, bool mayUseSpare)
    {
        var allocated = (end + Spare + Block - 1) / Block * Block;
        var padded = new byte[allocated - _end];
        record.CopyTo(padded, 0);
        try
        {
            _disk.Write(_file, padded, _end);
            _allocated = allocated;
        }
        catch (StoreFullException) when (mayUseSpare && end <= _allocated)
        {
            _disk.Write(_file, record, _end);
        }
    }
}
