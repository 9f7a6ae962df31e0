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
        var intact = known.Entries
            .TakeWhile(entry => entry.Message.End <= stat.Size && _reader.IsIntact(entry))
            .Count();
        if (tail is not null && WereTakenBack(intact))
            return new Inspection(IsKnown: true, [], CutAt: null);
        if (intact < known.Entries.Count || stat.Size < known.End)
            return Changed(intact);
        if (stat.Size > known.End && !EndsWell(known.End))
            return Scanned([], from: 0);
        if (stat.Size == known.End)
            return new Inspection(IsKnown: true, [], CutAt: null);
        if (tail is null)
            return Scanned(known.Entries, known.End);
        if (!tail.WasLogged && (tail.WasPowerCut || tail.Intent?.Covers(known.End, stat.Size) is true))
            return new Inspection(IsKnown: true, [], CutAt: known.End);

        var (whole, end) = (new List<MailboxEntry>(), known.End);
        foreach (var entry in MboxScanner.Scan(disk, file, known.End, stat))
        {
            if (entry.Message.Offset != end || !IsWhole(entry))
                break;
            whole.Add(entry);
            end = entry.Message.End;
        }

        return new Inspection(
            IsKnown: whole.Count == 0, [.. known.Entries, .. whole], CutAt: end == stat.Size ? null : end);
    }

    /// <summary>
    /// The last messages were taken back when their log record could not be flushed, and nobody was told of them.
    /// </summary>
    private bool WereTakenBack(int intact) => intact < known.Entries.Count
        && known.Stat is { } recorded && recorded.IsSameFile(stat)
        && known.Entries[intact].Message.Offset - stat.Size is >= 0 and <= EntryReader.LongestGap;

    /// <summary>Where messages changed, those in front of them did not: rubbish is no part of them.</summary>
    private Inspection Changed(int intact)
    {
        var end = intact == 0 ? 0 : known.Entries[intact - 1].Message.End;
        return EndsWell(end) ? Scanned(known.Entries[..intact], end) : Scanned([], from: 0);
    }

    /// <summary>Our entries end in a blank line; a stranger's may not, and what follows may belong to it.</summary>
    private bool EndsWell(long end) => end == 0 || _reader.EndsWithBlankLine(0, end, out _);

    private bool IsWhole(MailboxEntry entry) => entry.Message.FromLength > 0 && entry.Message.PadLength > 0
        && !_reader.HasNul(entry.Message.Offset, entry.Message.End);

    private Inspection Scanned(List<MailboxEntry> kept, long from) =>
        new(IsKnown: false, [.. kept, .. MboxScanner.Scan(disk, file, from, stat)], CutAt: null);
}
