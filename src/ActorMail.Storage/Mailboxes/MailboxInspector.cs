using ActorMail.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// Compares a mailbox file whose stat is not the one we recorded with what we know of it. A file that was touched or
/// copied keeps its UIDs; our own torn tail is cut off; everything else was another program, and is scanned anew.
/// </summary>
internal sealed class MailboxInspector(IDisk disk, SafeFileHandle file, FileStat stat, MailboxState known)
{
    private readonly EntryReader _reader = new(disk, file);

    /// <param name="tail">Null if the file was closed, or is ours and open: then no octet is a torn one.</param>
    public Inspection Inspect(BrokenTail? tail)
    {
        if (stat.Size < known.End || !known.Entries.TrueForAll(entry => _reader.IsIntact(entry)) || !EndsProperly())
            return Scanned(known: [], from: 0, cutAt: null);
        if (stat.Size == known.End)
            return new Inspection(IsKnown: true, [], CutAt: null);
        if (tail?.Intent is { } intent && !tail.WasLogged && intent.Covers(known.End, stat.Size))
            return new Inspection(IsKnown: true, [], CutAt: known.End);
        if (tail is null)
            return Scanned(known.Entries, known.End, cutAt: null);

        var entries = MboxScanner.Scan(disk, file, known.End, stat);
        var whole = entries.TakeWhile(IsWhole).ToList();
        var cutAt = whole.Count == entries.Count ? (long?)null : CutBehind(whole);
        return whole.Count == 0 && cutAt is not null
            ? new Inspection(IsKnown: true, [], cutAt)
            : new Inspection(IsKnown: false, [.. known.Entries, .. whole], cutAt);
    }

    /// <summary>Our entries end in a blank line; a stranger's last one may not, and what follows may belong to it.</summary>
    private bool EndsProperly() =>
        known.End == 0 || stat.Size == known.End || _reader.EndsWithBlankLine(0, known.End, out _);

    private bool IsWhole(MailboxEntry entry) => entry.Message.FromLength > 0 && entry.Message.PadLength > 0
        && !_reader.HasNul(entry.Message.Offset, entry.Message.End);

    private long CutBehind(List<MailboxEntry> whole) => whole.Count == 0 ? known.End : whole[^1].Message.End;

    private Inspection Scanned(List<MailboxEntry> known, long from, long? cutAt) =>
        new(IsKnown: false, [.. known, .. MboxScanner.Scan(disk, file, from, stat)], cutAt);
}
