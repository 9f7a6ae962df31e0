using System.Collections.Immutable;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// What is known of a mailbox: the replay of its index file, and what its owner works on. Only durable things get here.
/// </summary>
internal sealed class MailboxState
{
    public const int MaxKeywords = 64;

    private const long LargeDeadLength = 512L * 1024 * 1024;
    private static readonly TimeSpan MaxDeadAge = TimeSpan.FromHours(24);

    private MessageBlocks _messages = new();

    public required uint UidValidity { get; set; }

    public uint UidNext { get; set; } = 1;

    /// <summary>Of the last change; each one has a higher one.</summary>
    public ulong Modseq { get; set; }

    /// <summary>Names the layout of the mailbox file: offsets mean nothing without it.</summary>
    public uint Generation { get; set; } = 1;

    /// <summary>In the order of UIDs, which is that of the file unless another program put mail in between.</summary>
    public MessageList Messages => _messages.List;

    public ImmutableArray<string> Keywords { get; set; } = [];

    /// <summary>Where the next entry goes: behind everything that is ours, dead entries included.</summary>
    public long End { get; set; }

    /// <summary>Octets of entries that are in the file yet and no message any more.</summary>
    public long DeadLength { get; private set; }

    /// <summary>Milliseconds of the oldest expunge whose octets are still there; 0 for none.</summary>
    public long DeadSince { get; private set; }

    /// <summary>Of the mailbox file after our last write; null if it is to be looked at message by message.</summary>
    public FileStat? Stat { get; set; }

    public long LiveLength => End - DeadLength;

    /// <summary>At least one more than ever, whatever the clock does (RFC 3501 §2.3.1.1).</summary>
    public static uint NextUidValidity(uint previous, DateTimeOffset now) =>
        (uint)Math.Clamp(now.ToUnixTimeSeconds(), previous + 1L, uint.MaxValue);

    /// <summary>Takes the messages of an index file, which nobody else has.</summary>
    public void Load(StoredMessage[] messages, long deadLength, long deadSince)
    {
        _messages = MessageBlocks.Of(messages);
        (DeadLength, DeadSince) = (deadLength, deadSince);
    }

    /// <summary>Adds messages behind all that are there; their UIDs and modseqs rise.</summary>
    public void Append(ReadOnlySpan<StoredMessage> messages)
    {
        if (messages.IsEmpty)
            return;
        _messages.Append(messages);
        UidNext = Math.Max(UidNext, messages[^1].Uid + 1);
        foreach (var message in messages)
        {
            Modseq = Math.Max(Modseq, message.Modseq);
            End = Math.Max(End, message.End);
        }
    }

    /// <summary>Removes what is there of ranges of UIDs, in rising order.</summary>
    public void Expunge(ReadOnlySpan<UidRange> ranges, long milliseconds, ulong modseq)
    {
        Modseq = Math.Max(Modseq, modseq);
        var dead = _messages.Remove(ranges);
        DeadLength += dead;
        DeadSince = dead > 0 && DeadSince == 0 ? milliseconds : DeadSince;
    }

    /// <summary>Changes flags, under the modseq of the change.</summary>
    public void SetFlags(ReadOnlySpan<UidRange> ranges, FlagChange change, ulong modseq)
    {
        Modseq = Math.Max(Modseq, modseq);
        var (removed, added) = (BitsOf(change.RemovedKeywords, mayAdd: false), BitsOf(change.AddedKeywords, true));
        _messages.Update(ranges, message => message with
        {
            Flags = (message.Flags & ~change.Removed) | change.Added,
            Keywords = (message.Keywords & ~removed) | added,
            Modseq = modseq,
        });
    }

    /// <summary>Whether every new keyword of a change finds a place.</summary>
    public bool CanName(FlagChange change) =>
        Keywords.Union(change.AddedKeywords, StringComparer.OrdinalIgnoreCase).Count() <= MaxKeywords;

    /// <summary>Takes the file as it is now: other places, perhaps other messages.</summary>
    public void Replace(StoredMessage[] messages, long end, long deadSince)
    {
        (_messages, End) = (MessageBlocks.Of(messages), end);
        DeadLength = end - messages.Sum(message => message.EntryLength);
        DeadSince = DeadLength == 0 ? 0 : deadSince;
    }

    public StoredMessage[] InFileOrder() => [.. Messages.OrderBy(message => message.Offset)];

    /// <summary>Numbers the messages anew in the order of the file, under a new UIDVALIDITY.</summary>
    public void Renumber(DateTimeOffset now)
    {
        var modseq = ++Modseq;
        StoredMessage[] messages =
            [.. InFileOrder().Select((message, i) => message with { Uid = UidNext + (uint)i, Modseq = modseq })];
        UidNext += (uint)messages.Length;
        UidValidity = NextUidValidity(UidValidity, now);
        _messages = MessageBlocks.Of(messages);
    }

    /// <summary>What its users see: what is to be deleted, and could not be yet, they do not.</summary>
    public MailboxView ToView(IEnumerable<ExpungeChange> unapplied)
    {
        var hidden = unapplied.SelectMany(change => change.Ranges).ToList();
        var messages = Messages;
        if (hidden.Count > 0)
        {
            StoredMessage[] shown = [.. messages.Where(
                message => !hidden.Exists(range => message.Uid >= range.First && message.Uid <= range.Last))];
            messages = MessageBlocks.Of(shown).List;
        }

        return new MailboxView(UidValidity, UidNext, Modseq, messages, Keywords);
    }

    /// <summary>Deleted mail must not stay in the file for ever: other programs and people can read it there.</summary>
    public CompactionNeed CompactionNeed(StoreOptions options, long now)
    {
        if (DeadLength == 0)
            return Mailboxes.CompactionNeed.None;
        if (End <= options.CompactAtOnceSize)
            return Mailboxes.CompactionNeed.AtOnce;
        return DeadLength >= End / 4 || DeadLength >= LargeDeadLength
            || TimeSpan.FromMilliseconds(now - DeadSince) > MaxDeadAge
                ? Mailboxes.CompactionNeed.InBackground
                : Mailboxes.CompactionNeed.None;
    }

    private ulong BitsOf(ImmutableArray<string> names, bool mayAdd)
    {
        var bits = 0UL;
        foreach (var name in names)
        {
            var index = Keywords.ToList().FindIndex(it => it.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (index < 0 && mayAdd && Keywords.Length < MaxKeywords)
            {
                index = Keywords.Length;
                Keywords = Keywords.Add(name);
            }

            bits |= index < 0 ? 0 : 1UL << index;
        }

        return bits;
    }
}
