using ActorMail.Storage.Files;
using ActorMail.Storage.Mailboxes.Foreign;

namespace ActorMail.Storage.Mailboxes;

/// <summary>The messages that were found in a changed mailbox file, each with what we know of it.</summary>
internal sealed class FoundMailbox
{
    private readonly MailboxState _known;
    private readonly StoredMessage[] _messages;
    private readonly DiskFile _file;
    private readonly DateTimeOffset _now;
    private readonly IReadOnlyList<StoredMessage> _found;
    private readonly int[] _knownOf;
    private HashSet<uint>? _knownUids;
    private readonly List<(long Start, long Length)>?[] _restored;

    /// <param name="known">The mailbox as we know it.</param>
    /// <param name="pending">Messages that may have been written already, behind the others.</param>
    /// <param name="found">The messages of the file, in its order.</param>
    /// <param name="file">The file.</param>
    /// <param name="now">For a new UIDVALIDITY.</param>
    public FoundMailbox(
        MailboxState known, IReadOnlyList<StoredMessage> pending, IReadOnlyList<StoredMessage> found, DiskFile file,
        DateTimeOffset now)
    {
        (_known, _found, _file, _now) = (known, found, file, now);
        // In the order of the file, which is not that of UIDs where a message was put back.
        _messages = [.. known.InFileOrder(), .. pending];
        (_knownOf, OrderChanged) = UidMatching.Match(
            [.. _messages.Select(message => message.Fingerprint)],
            [.. found.Select(message => message.Fingerprint)]);
        _restored = new List<(long Start, long Length)>?[found.Count];
        for (var i = 0; i < found.Count; i++)
            TryRestore(i);
    }

    public bool OrderChanged { get; }

    public int Kept => _knownOf.Count(place => place >= 0 && place < _known.Messages.Length);

    public int Added => _knownOf.Count(place => place < 0);

    /// <summary>Messages that we know stand there with other octets than ours.</summary>
    public bool NeedsRewriting => _restored.Any(ranges => ranges is not null);

    /// <summary>Whether a message that we know is in the file; by the UID that it had.</summary>
    public bool Has(uint uid) => (_knownUids ??=
        [.. _knownOf.Where(place => place >= 0).Select(place => _messages[place].Uid)]).Contains(uid);

    /// <summary>
    /// The messages of a file, in its order. Where a program only appended, such as procmail, what we deleted and is
    /// in the file yet stays deleted.
    /// </summary>
    public static List<StoredMessage> Scan(MailboxState known, DiskFile file, FileStat stat) =>
        IsOnlyLonger(known, file, stat)
            ? [.. known.InFileOrder(), .. MboxScanner.Scan(file, known.End, stat)]
            : ScanAround(known, file, stat);

    /// <summary>
    /// The same, where the index is not to be believed. Deleted mail that is in the file yet stays deleted if the index
    /// proves to be about the file as it is; otherwise nobody knows it from mail that another program put there.
    /// </summary>
    public static List<StoredMessage> ScanAnew(
        MailboxState known, DiskFile file, FileStat stat, Action<long>? progress)
    {
        var (found, reader) = (MboxScanner.Scan(file, 0, stat, progress), new EntryReader(file));
        if (known.DeadLength == 0 || stat.Size < known.End || HasUnknown(known)
            || !known.Messages.All(message => reader.IsIntact(message)))
        {
            return found;
        }

        var live = known.Messages.Select(message => message.Offset).ToHashSet();
        return found.FindAll(message => message.Offset >= known.End || live.Contains(message.Offset));
    }

    /// <summary>The mailbox as it will be known, with the file as it was found. Its UIDs are those of before.</summary>
    public MailboxState ToState(FileStat stat)
    {
        var state = new MailboxState
        {
            UidValidity = _known.UidValidity,
            UidNext = _known.UidNext,
            Modseq = _known.Modseq + 1,
            Generation = _known.Generation + 1,
            Keywords = _known.Keywords,
            Stat = stat,
        };
        // What is on its way has its numbers already.
        var uid = Math.Max(_known.UidNext, _messages.Length == 0 ? 0 : _messages.Max(message => message.Uid) + 1);
        var modseq = state.Modseq = Math.Max(
            state.Modseq, _messages.Length == 0 ? 0 : _messages.Max(message => message.Modseq) + 1);
        var messages = new List<StoredMessage>(_found.Count);
        for (var i = 0; i < _found.Count; i++)
        {
            var flags = IsAnothers(i) ? FlagsOf(_found[i]) : null;
            if (_knownOf[i] >= 0)
            {
                var known = _messages[_knownOf[i]];
                var now = flags is { } set ? set : known.Flags;
                messages.Add(InPlace(i, known) with
                {
                    Flags = now,
                    Modseq = now == known.Flags ? known.Modseq : modseq,
                });
            }
            else
            {
                messages.Add(_found[i] with { Uid = uid++, Modseq = modseq, Flags = flags ?? MessageMarks.None });
            }
        }

        state.UidNext = uid;
        state.Replace([.. messages.OrderBy(message => message.Uid)], stat.Size, _now.ToUnixTimeMilliseconds());
        return state;
    }

    /// <summary>Writes all messages into a file of their own, and their places there into the state.</summary>
    public void WriteTo(DiskFile target, MailboxState state)
    {
        var places = new Dictionary<long, int>();
        for (var i = 0; i < _found.Count; i++)
            places.Add(_found[i].Offset, i);
        using var writer = new EntryWriter(target, 0, expectedLength: 256 * 1024);
        var written = state.InFileOrder();
        for (var i = 0; i < written.Length; i++)
        {
            var (message, start) = (written[i], writer.Position);
            var found = places[message.Offset];
            writer.Copy(_file, message.Offset, _found[found].FromLength);
            foreach (var (from, length) in Ranges(found))
                writer.Copy(_file, from, length);
            // One that was restored had its line ends when we wrote it.
            var missing = _restored[found] is null
                ? new EntryReader(_file).MissingLineEnds(message.Offset, message.End)
                : 0;
            var pad = Math.Max(message.PadLength, missing);
            writer.Write(AppendChange.LineEnds[..pad]);
            written[i] = message with { Offset = start, FromLength = _found[found].FromLength, PadLength = pad };
        }

        writer.WriteOut();
        var reader = new EntryReader(target);
        for (var i = 0; i < written.Length; i++)
            written[i] = Measured(written[i], reader);
        state.Replace([.. written.OrderBy(message => message.Uid)], writer.Position, state.DeadSince);
    }

    private static StoredMessage Measured(in StoredMessage message, EntryReader reader)
    {
        var now = reader.Measure(message.Offset, message.FromLength, message.Length, message.PadLength);
        return message with
        {
            Checksum = now.Checksum,
            WireLength = now.WireLength,
            HeaderLength = now.HeaderLength,
            Traits = now.Traits,
        };
    }

    /// <summary>An index that is not about the whole file, because an earlier one was lost, proves nothing.</summary>
    private static bool HasUnknown(MailboxState known) =>
        known.LiveLength - known.Messages.Sum(message => message.EntryLength) > 2L * (known.Messages.Length + 1);

    /// <summary>
    /// What stands where we left it is known for what it is, whatever was made of the octets around it.
    /// </summary>
    private static List<StoredMessage> ScanAround(MailboxState known, DiskFile file, FileStat stat)
    {
        var (found, reader, end) = (new List<StoredMessage>(), new EntryReader(file), 0L);
        foreach (var message in known.InFileOrder())
        {
            if (message.Offset < end || message.End > stat.Size || !reader.IsIntact(message))
                continue;
            found.AddRange(MboxScanner.Scan(file, end, stat with { Size = message.Offset }));
            found.Add(message);
            end = message.End;
        }

        found.AddRange(MboxScanner.Scan(file, end, stat));
        return found;
    }

    private static bool IsOnlyLonger(MailboxState known, DiskFile file, FileStat stat)
    {
        var reader = new EntryReader(file);
        var messages = known.InFileOrder();
        if (stat.Size < known.End || HasUnknown(known))
            return false;
        var added = MboxScanner.SkipPadding(file, known.End, stat.Size);
        if (added < stat.Size && !reader.IsEntryAt(added))
            return false;
        if (known.Stat?.IsSameFile(stat) is not true || stat.Size == known.End)
            return messages.All(message => reader.IsIntact(message));
        return messages.Length == 0 || (reader.IsIntact(messages[^1]) && reader.IsIntact(messages[0]));
    }

    /// <summary>
    /// Whether its Status was written by a mail program: what a sender writes there means nothing.
    /// </summary>
    private bool IsAnothers(int index) =>
        _knownOf[index] < 0 ? _known.UidNext > 1 : _restored[index] is not null;

    private List<(long Start, long Length)> Ranges(int index) =>
        _restored[index] ?? [(_found[index].ContentOffset, _found[index].Length)];

    /// <summary>
    /// A message that we know keeps its UID only if its octets can be had as they were (RFC 3501 §2.3.1.1).
    /// </summary>
    private void TryRestore(int index)
    {
        if (_knownOf[index] < 0)
            return;
        var (found, known) = (_found[index], _messages[_knownOf[index]]);
        if (found.Length == known.Length && found.ContentChecksum == known.ContentChecksum)
            return;
        _restored[index] = ForeignFields.Restore(_file, found, known);
        if (_restored[index] is null)
            _knownOf[index] = -1;
    }

    private StoredMessage InPlace(int index, in StoredMessage known) => _restored[index] is null
        ? known with
        {
            Offset = _found[index].Offset,
            FromLength = _found[index].FromLength,
            PadLength = _found[index].PadLength,
            Checksum = _found[index].Checksum,
            // The same octets; should the index have been wrong about them, it is not any more.
            WireLength = _found[index].WireLength,
            HeaderLength = _found[index].HeaderLength,
            Traits = _found[index].Traits,
        }
        : known with { Offset = _found[index].Offset, FromLength = _found[index].FromLength };

    /// <summary>What mail programs write into Status and X-Status; null if the message has neither.</summary>
    private MessageMarks? FlagsOf(in StoredMessage message)
    {
        if (message.HeaderLength > ForeignFields.MaxHeaderLength)
            return null;
        var header = new byte[message.HeaderLength];
        var count = _file.Read(header, message.ContentOffset);
        var text = ForeignFields.Value(header.AsSpan(0, count), "Status");
        var more = ForeignFields.Value(header.AsSpan(0, count), "X-Status");
        if (text is null && more is null)
            return null;
        return (text?.Contains('R', StringComparison.Ordinal) is true ? MessageMarks.Seen : 0)
            | (more?.Contains('A', StringComparison.Ordinal) is true ? MessageMarks.Answered : 0)
            | (more?.Contains('F', StringComparison.Ordinal) is true ? MessageMarks.Flagged : 0)
            | (more?.Contains('D', StringComparison.Ordinal) is true ? MessageMarks.Deleted : 0)
            | (more?.Contains('T', StringComparison.Ordinal) is true ? MessageMarks.Draft : 0);
    }
}
