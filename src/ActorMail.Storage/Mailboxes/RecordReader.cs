using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// Takes back what a <see cref="RecordWriter"/> wrote. What is too short or makes no sense is an
/// <see cref="InvalidDataException"/>: its checksum was right, so it was not written by this version.
/// </summary>
internal ref struct RecordReader(ReadOnlySpan<byte> octets)
{
    private ReadOnlySpan<byte> _rest = octets;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Octets(4));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Octets(4));

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Octets(8));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Octets(8));

    public ReadOnlySpan<byte> Octets(long count)
    {
        if (count < 0 || count > _rest.Length)
            throw new InvalidDataException("A record is shorter than it says.");
        var taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }

    public string Text() => Encoding.UTF8.GetString(Octets(Int32()));

    public StoredMessage Message() => MemoryMarshal.Read<StoredMessage>(Octets(IndexFormat.MessageLength));

    public FileStat? Stat()
    {
        var isKnown = Int64() != 0;
        var stat = new FileStat(UInt64(), Int64(), Int64(), Int64());
        return isKnown ? stat : null;
    }

    public UidRange[] Ranges()
    {
        var ranges = new UidRange[Count(itemLength: 8)];
        for (var i = 0; i < ranges.Length; i++)
            ranges[i] = new UidRange(UInt32(), UInt32());
        return ranges;
    }

    public FlagChange FlagChange() => new((MessageMarks)Int32(), (MessageMarks)Int32(), Texts(), Texts());

    private ImmutableArray<string> Texts()
    {
        var texts = new string[Count(itemLength: 4)];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = Text();
        return [.. texts];
    }

    private int Count(int itemLength)
    {
        var count = Int32();
        return count >= 0 && count <= _rest.Length / itemLength
            ? count
            : throw new InvalidDataException("A record says that it holds more than it does.");
    }
}
