using System.Globalization;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes.Inspection;

/// <summary>
/// How messages lie in the mailbox file: each begins where another program finds it, none lies over another, and
/// between them is deleted mail only.
/// </summary>
/// <param name="file">The mailbox file.</param>
/// <param name="state">What the index says of it.</param>
/// <param name="fileLength">Octets to look at.</param>
/// <param name="isUnfinished">The journal has more than the index.</param>
/// <param name="report">Takes what is found.</param>
internal sealed class LayoutCheck(
    DiskFile file, MailboxState state, long fileLength, bool isUnfinished, Action<FindingKind, string> report)
{
    private readonly EntryReader _reader = new(file);
    private long _between;
    private int _gaps;

    public void Run()
    {
        StoredMessage[] messages = [.. state.Messages.OrderBy(message => message.Offset)];
        var end = 0L;
        foreach (var message in messages)
        {
            if (message.Offset < end)
            {
                report(
                    FindingKind.Layout,
                    Invariant($"message UID {message.Uid} begins at octet {message.Offset}, inside the one before it"));
            }

            CheckGap(end, message.Offset);
            end = Math.Max(end, message.End);
        }

        CheckGap(end, Math.Min(state.End, fileLength));
        CheckDeleted(messages.Length);
        CheckStarts(messages);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void CheckGap(long start, long end)
    {
        if (start >= end)
            return;
        (_between, _gaps) = (_between + end - start, _gaps + 1);
        var first = MboxScanner.SkipPadding(file, start, end);
        if (first == end)
            return;
        Span<byte> head = stackalloc byte[(int)Math.Min(FromLine.MaxLength, end - first)];
        if (FromLine.IsAt(head[..file.Read(head, first)], out _, out _))
            return;
        report(
            FindingKind.Layout,
            Invariant($"octets {first} to {end} belong to no message, and do not begin as deleted mail does"));
    }

    /// <summary>A line end or two before a message may belong to nobody.</summary>
    private void CheckDeleted(int messages)
    {
        if (fileLength < state.End)
            return;
        if (_between < state.DeadLength)
        {
            report(
                FindingKind.Layout,
                Invariant($"the index counts {state.DeadLength} octets of deleted mail, and the file has {_between}"));
        }
        else if (_between - state.DeadLength > 2L * (messages + _gaps + 1))
        {
            report(
                FindingKind.Layout,
                Invariant($"{_between} octets hold no message, and only {state.DeadLength} of them are deleted mail"));
        }
    }

    /// <summary>Compares with where any reader of mbox files sees a message begin.</summary>
    private void CheckStarts(StoredMessage[] messages)
    {
        var (at, behind) = (0, 0);
        foreach (var start in MboxScanner.Starts(file, 0, fileLength))
        {
            behind += start >= state.End ? 1 : 0;
            while (at < messages.Length && messages[at].End <= start)
                at++;
            if (at < messages.Length && messages[at].Offset < start)
            {
                report(
                    FindingKind.Quoting,
                    Invariant($"message UID {messages[at].Uid} has a line at octet {start} that other programs take ")
                    + "for the beginning of another message");
            }
        }

        foreach (var message in messages)
        {
            if (message.Offset > 0 && message.End <= fileLength
                && !_reader.EndsWithBlankLine(0, message.Offset, out _))
            {
                report(
                    FindingKind.Quoting,
                    Invariant($"message UID {message.Uid} has no blank line before it at octet {message.Offset}: ")
                    + "other programs take it for a part of the one before it");
            }
        }

        if (fileLength > state.End)
        {
            var found = behind == 1 ? "1 message" : Invariant($"{behind} messages");
            report(
                FindingKind.File,
                Invariant($"{fileLength - state.End} octets with {found} stand behind what the index knows: ")
                + (isUnfinished
                    ? "the next start finishes them"
                    : "another program added them, and the server takes them in when it opens the mailbox"));
        }
        else if (fileLength < state.End)
        {
            report(
                FindingKind.File,
                Invariant($"the file has {fileLength} octets, and the index knows {state.End}: it was cut"));
        }
    }
}
