using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>Puts values behind each other, little-endian, for the journal and the index file.</summary>
internal sealed class RecordWriter
{
    private readonly ArrayBufferWriter<byte> _octets = new();

    public ReadOnlyMemory<byte> Written => _octets.WrittenMemory;

    public RecordWriter Add(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_octets.GetSpan(4), value);
        _octets.Advance(4);
        return this;
    }

    public RecordWriter Add(uint value) => Add((int)value);

    public RecordWriter Add(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_octets.GetSpan(8), value);
        _octets.Advance(8);
        return this;
    }

    public RecordWriter Add(ulong value) => Add((long)value);

    public RecordWriter Add(ReadOnlySpan<byte> octets)
    {
        _octets.Write(octets);
        return this;
    }

    public RecordWriter AddText(string text)
    {
        var octets = Encoding.UTF8.GetBytes(text);
        return Add(octets.Length).Add(octets);
    }

    public RecordWriter Add(ReadOnlySpan<StoredMessage> messages) => Add(MemoryMarshal.AsBytes(messages));

    public RecordWriter Add(FileStat? stat)
    {
        var known = stat ?? default;
        return Add(stat is null ? 0L : 1L)
            .Add(known.Inode).Add(known.Size).Add(known.ModifiedNs).Add(known.ChangedNs);
    }

    public RecordWriter Add(IReadOnlyCollection<UidRange> ranges)
    {
        Add(ranges.Count);
        foreach (var range in ranges)
            Add(range.First).Add(range.Last);
        return this;
    }

    public RecordWriter Add(FlagChange change) => Add((int)change.Removed).Add((int)change.Added)
        .AddTexts(change.RemovedKeywords).AddTexts(change.AddedKeywords);

    private RecordWriter AddTexts(ImmutableArray<string> texts)
    {
        Add(texts.Length);
        foreach (var text in texts)
            AddText(text);
        return this;
    }
}
