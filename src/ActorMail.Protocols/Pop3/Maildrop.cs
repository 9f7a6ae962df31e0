using System.Collections;
using System.Collections.Immutable;
using System.Globalization;

namespace ActorMail.Protocols.Pop3;

/// <summary>
/// What one session sees: the messages that were there when it opened, numbered from 1 for its whole life
/// (RFC 1939 §5), and its marks on them. It holds a bit for each message, and nothing of what is in them.
/// </summary>
public sealed class Maildrop
{
    private readonly string _validity;
    private readonly IReadOnlyList<MaildropEntry> _entries;
    private readonly BitArray _marks;
    private readonly Dictionary<int, long> _sizes = [];
    private readonly bool _isUtf8;
    private int _unmeasured;
    private int _firstUnmeasured = 1;

    /// <param name="validity">The first part of every unique id: that of the numbering that the UIDs belong to.</param>
    /// <param name="entries">In rising order of UIDs. They must not change.</param>
    /// <param name="isUtf8">The client takes messages as they are, so that every size is known (RFC 6856 §2.1).</param>
    public Maildrop(uint validity, IReadOnlyList<MaildropEntry> entries, bool isUtf8)
    {
        (_entries, _isUtf8, _marks) = (entries, isUtf8, new BitArray(entries.Count));
        _validity = validity.ToString("x", CultureInfo.InvariantCulture);
        foreach (var entry in entries)
        {
            Size += entry.Size;
            _unmeasured += !isUtf8 && entry.MayNeedSurrogate ? 1 : 0;
        }
    }

    /// <summary>The highest number.</summary>
    public int Last => _entries.Count;

    /// <summary>Messages that are marked as deleted.</summary>
    public int Deleted { get; private set; }

    /// <summary>Messages that are not marked as deleted.</summary>
    public int Count => Last - Deleted;

    /// <summary>
    /// Octets of the messages that are not marked; kept, since a client may ask after each DELE. Of a message whose
    /// size is not known yet those that it is stored with count (RFC 6856 §2.1 lets STAT be inexact).
    /// </summary>
    public long Size { get; private set; }

    public ImmutableArray<uint> DeletedUids
    {
        get
        {
            var uids = ImmutableArray.CreateBuilder<uint>(Deleted);
            for (var number = 1; number <= Last && uids.Count < Deleted; number++)
            {
                if (_marks[number - 1])
                    uids.Add(_entries[number - 1].Uid);
            }

            return uids.MoveToImmutable();
        }
    }

    public bool IsMarked(int number) => number >= 1 && number <= Last && _marks[number - 1];

    /// <summary>Null for a number that never was, and for a message marked as deleted.</summary>
    public MaildropEntry? Find(int number) =>
        number >= 1 && number <= Last && !_marks[number - 1] ? _entries[number - 1] : null;

    /// <summary>Octets of a message as this client gets it; null if somebody has to look first.</summary>
    public long? SizeOf(int number)
    {
        var entry = _entries[number - 1];
        return _isUtf8 || !entry.MayNeedSurrogate ? entry.Size
            : _sizes.TryGetValue(number, out var size) ? size : null;
    }

    /// <summary>The first message that has to be looked at before it can be listed; null if there is none.</summary>
    public int? FindUnmeasured()
    {
        while (_unmeasured > 0)
        {
            if (!_marks[_firstUnmeasured - 1] && SizeOf(_firstUnmeasured) is null)
                return _firstUnmeasured;
            if (_firstUnmeasured == Last)
                break;
            _firstUnmeasured++;
        }

        return null;
    }

    /// <summary>
    /// Somebody has looked: this is what the client gets. Null if nobody could; then RETR will say so, and a list of
    /// all the others need not fail for it.
    /// </summary>
    public void Measure(int number, long? size)
    {
        var stored = _entries[number - 1].Size;
        if (!_sizes.TryAdd(number, size ?? stored))
            return;
        _unmeasured--;
        if (!_marks[number - 1])
            Size += (size ?? stored) - stored;
    }

    public void Mark(int number)
    {
        _marks[number - 1] = true;
        Deleted++;
        Size -= SizeAsCounted(number);
    }

    public void TakeMarksBack()
    {
        for (var number = 1; Deleted > 0; number++)
        {
            if (!_marks[number - 1])
                continue;
            _marks[number - 1] = false;
            Deleted--;
            Size += SizeAsCounted(number);
        }

        _firstUnmeasured = 1;
    }

    /// <summary>RFC 1939 §7: 1 to 70 characters from 0x21 to 0x7E.</summary>
    public string UniqueIdOf(int number) =>
        string.Concat(_validity, ".", _entries[number - 1].Uid.ToString("x", CultureInfo.InvariantCulture));

    /// <summary>The numbers of the messages that are not marked, one by one as they are asked for.</summary>
    public IEnumerable<int> Numbers()
    {
        for (var number = 1; number <= Last; number++)
        {
            if (!_marks[number - 1])
                yield return number;
        }
    }

    private long SizeAsCounted(int number) => SizeOf(number) ?? _entries[number - 1].Size;
}
