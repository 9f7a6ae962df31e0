using System.Globalization;
using ActorMail.Protocols.Wire;
using ActorMail.Storage.Files;
using ActorMail.Storage.Mailboxes.Foreign;

namespace ActorMail.Storage.Mailboxes.Inspection;

/// <summary>
/// Reads a mailbox file and its index, each by itself, and compares them. Changes nothing; a server may run.
/// </summary>
internal sealed class MailboxInspector(
    IDisk disk, MailboxPaths paths, JournalLook journal, bool isInUse, Action<long, long>? progress)
{
    /// <summary>A running server writes the file and then the index; nobody should look in between.</summary>
    private const int MaxAttempts = 100;

    private readonly List<Finding> _findings = [];

    public MailboxInspection Run()
    {
        var (file, index) = Open();
        using (file)
        {
            var length = file?.Stat().Size ?? 0;
            ReportIndex(index, hasFile: file is not null);
            if (index.State is { } state)
                Compare(file, length, state);
            ReportJournal(index.State);
            ReportLeftovers();
            var messages = index.State?.Messages.Length
                ?? (file is null ? 0 : MboxScanner.Starts(file, 0, length).Count);
            return new MailboxInspection(paths.Name, messages, length, [.. _findings]);
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>File and index of one moment, as far as that can be had.</summary>
    private (DiskFile? File, IndexLook Index) Open()
    {
        for (var attempt = 1; ; attempt++)
        {
            DiskFile? file = null;
            try
            {
                file = disk.Stat(paths.File) is null ? null : disk.Open(paths.File, DiskAccess.Read);
                var index = MailboxIndex.Look(disk, paths);
                if (!isInUse || attempt == MaxAttempts || Fit(file?.Stat(), index.State))
                    return (file, index);
            }
            catch (FileNotFoundException) when (attempt < MaxAttempts)
            {
                // A server replaced it between our two looks.
            }
            catch
            {
                file?.Dispose();
                throw;
            }

            file?.Dispose();
        }
    }

    private static bool Fit(FileStat? file, MailboxState? index) => index is null
        ? file is null
        : file == index.Stat || (index.Stat is null && (file?.Size ?? 0) == index.End);

    private void Report(FindingKind kind, string text) => _findings.Add(new Finding(kind, text));

    private void ReportIndex(IndexLook index, bool hasFile)
    {
        switch (index.Condition)
        {
            case IndexCondition.Missing when hasFile && Old() is { } old:
                Report(
                    FindingKind.Index,
                    $"the index {old} is of an older version and is not used; rebuild makes a new one, and clients "
                    + "will fetch everything again");
                break;
            case IndexCondition.Missing when hasFile:
                Report(
                    FindingKind.Index,
                    "there is no index; rebuild makes one, and clients will fetch everything again");
                break;
            case IndexCondition.OfAnotherVersion:
                Report(FindingKind.Index, "the index was written by another version of the server; rebuild it");
                break;
            case IndexCondition.Damaged:
                Report(
                    FindingKind.Index,
                    "the index is damaged: its checksum is wrong; rebuild makes a new one, and clients will fetch "
                    + "everything again");
                break;
            case IndexCondition.Good when index.FileLength > index.Length && !isInUse:
                Report(
                    FindingKind.Index,
                    Invariant($"the last {index.FileLength - index.Length} octets of the index are no whole record"));
                break;
            default:
                break;
        }
    }

    private string? Old() => disk.List(paths.Folder).Where(name => name.EndsWith(".aml", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal).FirstOrDefault();

    private void Compare(DiskFile? file, long length, MailboxState state)
    {
        CheckNumbers(state);
        if (file is null)
        {
            if (!state.Messages.IsEmpty)
            {
                Report(
                    FindingKind.File,
                    Invariant($"the mailbox file is gone; the index knows {state.Messages.Length} messages in it"));
            }

            return;
        }

        var reader = new EntryReader(file);
        foreach (var message in state.Messages)
        {
            CheckMessage(file, reader, message, length);
            progress?.Invoke(message.End, length);
        }

        new LayoutCheck(file, state, length, journal.WaitingOf(paths.Name, state) > 0, Report).Run();
    }

    private void CheckNumbers(MailboxState state)
    {
        if (state.UidValidity == 0)
            Report(FindingKind.Numbers, "UIDVALIDITY is 0");
        var before = 0u;
        foreach (var message in state.Messages)
        {
            if (message.Uid <= before)
                Report(FindingKind.Numbers, Invariant($"UID {message.Uid} stands behind UID {before}"));
            if (message.Uid >= state.UidNext)
                Report(FindingKind.Numbers, Invariant($"UID {message.Uid} is not below UIDNEXT {state.UidNext}"));
            if (message.Modseq > state.Modseq)
            {
                Report(
                    FindingKind.Numbers,
                    Invariant($"message UID {message.Uid} has MODSEQ {message.Modseq}, above the highest one"));
            }

            before = Math.Max(before, message.Uid);
        }
    }

    private void CheckMessage(DiskFile file, EntryReader reader, in StoredMessage message, long length)
    {
        var uid = message.Uid;
        if (message.Offset < 0 || message.FromLength < 0 || message.Length < 0 || message.PadLength < 0
            || message.End > length)
        {
            Report(
                FindingKind.Message,
                Invariant($"message UID {uid} ends at octet {message.End}, and the file at {length}"));
            return;
        }

        Span<byte> head = stackalloc byte[(int)Math.Min(FromLine.MaxLength, message.EntryLength)];
        file.Read(head, message.Offset);
        if (!FromLine.IsAt(head, out var fromLength, out _) || fromLength != message.FromLength)
        {
            Report(
                FindingKind.Message,
                Invariant($"message UID {uid} does not begin with a From line at octet {message.Offset}"));
        }

        var found = reader.Measure(message.Offset, message.FromLength, message.Length, message.PadLength);
        if (found.Checksum != message.Checksum)
        {
            Report(
                FindingKind.Message,
                Invariant($"message UID {uid} at octet {message.Offset} has other octets than were stored: its ")
                + "checksum is wrong");
            return;
        }

        CheckDescription(message, found);
    }

    /// <summary>The octets are right: so is what the index says of them, or it was written wrong.</summary>
    private void CheckDescription(in StoredMessage message, in StoredMessage found)
    {
        Compare(message.Uid, "size on the wire", message.WireLength, found.WireLength);
        Compare(message.Uid, "length of the header", message.HeaderLength, found.HeaderLength);
        // An index of an earlier version does not know it.
        var foundTraits = message.Traits.HasFlag(BodyTraits.HeaderIsAscii)
            ? found.Traits
            : found.Traits & ~BodyTraits.HeaderIsAscii;
        if (message.Traits != foundTraits)
        {
            var isQuoting = (message.Traits ^ foundTraits).HasFlag(BodyTraits.Quoted);
            Report(
                isQuoting ? FindingKind.Quoting : FindingKind.Message,
                Invariant($"message UID {message.Uid} is {foundTraits}, and the index says {message.Traits}"));
        }

        if (message.Fingerprint != found.Fingerprint)
            Report(FindingKind.Message, Invariant($"message UID {message.Uid} has another fingerprint in the index"));
    }

    private void Compare(uint uid, string what, long inIndex, long inFile)
    {
        if (inIndex != inFile)
        {
            Report(
                FindingKind.Message,
                Invariant($"message UID {uid}: the {what} is {inFile}, and the index says {inIndex}"));
        }
    }

    /// <summary>While a server runs it is about to write them.</summary>
    private void ReportJournal(MailboxState? state)
    {
        if (!isInUse && journal.WaitingOf(paths.Name, state) is > 0 and var waiting)
        {
            Report(
                FindingKind.Journal,
                Invariant($"{waiting} changes are in the journal and not yet here; the next start writes them"));
        }
    }

    private void ReportLeftovers()
    {
        if (isInUse)
            return;
        foreach (var name in disk.List(paths.Folder).Order(StringComparer.Ordinal))
        {
            if (MailboxPaths.IsTemporary(name) || MailboxPaths.IsCleared(name))
                Report(FindingKind.Leftover, $"{name} was left by a replacement that was interrupted");
        }

        if (MailboxFileLock.DotlockOf(disk, paths.File) is { } isOwn)
        {
            Report(
                FindingKind.Leftover,
                isOwn
                    ? $"the lock {paths.Name}.lock was left by a server that was killed; the next start removes it"
                    : $"{paths.Name}.lock: another program has the mailbox locked, or died with the lock");
        }
    }
}
