using System.Globalization;
using System.Text;
using ActorMail.Protocols.Wire;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Storage.Simulation;

/// <summary>
/// Those who use a store in a simulated life: mail for one mailbox and for several, deletions, flags, compactions,
/// checkpoints, owners that come and go, other programs; and what each of them was promised.
/// </summary>
internal sealed class StoreUsers(
    Random dice, SimulatedDisk disk, IReadOnlyList<MailboxModel> mailboxes, SimulationReport report)
{
    private readonly List<MailboxRecord> _submitted = [];
    private readonly Dictionary<MailboxChange, Promise> _promises = [];
    private readonly List<(MailboxModel Mailbox, Compaction Job)> _compactions = [];
    private MailStore? _store;
    private int _deliveries;

    /// <summary>Records that the journal did not take yet.</summary>
    public int Submitted => _submitted.Count;

    /// <summary>After a start nothing is under way.</summary>
    public void Begin(MailStore store)
    {
        _store = store;
        _submitted.Clear();
        _promises.Clear();
        _compactions.Clear();
    }

    /// <summary>Lets go of what is half done, so that the store can end in good order.</summary>
    public void End()
    {
        foreach (var (_, job) in _compactions)
            job.Dispose();
    }

    public void Step(bool hasOthers)
    {
        switch (dice.Next(hasOthers ? 18 : 16))
        {
            case < 6:
                Deliver(mailboxes[dice.Next(3)]);
                break;
            case < 8:
                Deliver([.. mailboxes.Where(_ => dice.Next(3) > 0)]);
                break;
            case 8 or 9:
                Expunge(mailboxes[dice.Next(3)]);
                break;
            case 10:
                SetFlags(mailboxes[dice.Next(3)]);
                break;
            case 11:
                Compact(mailboxes[dice.Next(3)]);
                break;
            case 12:
                Checkpoint();
                break;
            case 13:
                Reopen(mailboxes[dice.Next(3)]);
                break;
            case 14 or 15:
                break;
            default:
                ChangeAsOthers(mailboxes[dice.Next(3)]);
                break;
        }

        if (dice.Next(2) == 0)
            Write();
        if (dice.Next(2) == 0)
            Settle();
    }

    private void Deliver(params MailboxModel[] mailboxes)
    {
        var takers = mailboxes.Where(it => it.Mailbox!.CanReserve).ToList();
        if (takers.Count == 0)
            return;
        var text = NewText();
        MessageBody body;
        try
        {
            body = Body(text);
        }
        catch (IOException)
        {
            return;
        }

        using (body)
            Deliver(takers, text, body);
    }

    private void Deliver(List<MailboxModel> takers, string text, MessageBody body)
    {
        List<AppendChange> appends = [];
        foreach (var taker in takers)
        {
            try
            {
                var change = taker.Mailbox!.Reserve(new MessageDraft("ann@example.net", default, body, Now()));
                appends.Add(change);
                var promise = new Promise(text, _deliveries);
                taker.Promises.Add(text, promise);
                _promises.Add(change, promise);
            }
            catch (IOException)
            {
                break;
            }
        }

        if (appends.Count < takers.Count || (appends.Count > 1 && dice.Next(10) == 0))
        {
            foreach (var append in appends)
            {
                var taker = mailboxes.Single(it => it.Name == append.Mailbox);
                taker.Mailbox!.Cancel(append);
                taker.Promises.Remove(text);
                _promises.Remove(append);
            }

            return;
        }

        _submitted.Add(MailboxRecord.Deliver([.. appends]));
    }

    private void Expunge(MailboxModel mailbox)
    {
        if (!mailbox.Mailbox!.IsAsLeft)
            return;
        var messages = mailbox.Mailbox.View.Messages;
        if (messages.IsEmpty || !mailbox.Mailbox.CanReserve)
            return;
        var wanted = messages.Where(_ => dice.Next(3) == 0).ToList();
        var change = mailbox.Mailbox.ReserveExpunge(
            [.. wanted.Select(message => message.Uid)], mailbox.Mailbox.UidValidity);
        if (change is null)
            return;
        foreach (var message in wanted)
        {
            var text = mailbox.TextSent(MailboxModel.TextOf(Mailbox.SliceOf(message, mailbox.Mailbox.Content!)));
            mailbox.Promises[text].MayBeGone = true;
            change.Origin = ((List<Promise>?)change.Origin ?? []).Append(mailbox.Promises[text]).ToList();
        }

        _submitted.Add(MailboxRecord.Expunge(change));
    }

    private void SetFlags(MailboxModel mailbox)
    {
        var messages = mailbox.Mailbox!.View.Messages;
        if (messages.IsEmpty || !mailbox.Mailbox.CanReserve)
            return;
        var flags = new FlagChange(MessageMarks.None, (MessageMarks)dice.Next(32), [], [$"word{dice.Next(9)}"]);
        if (mailbox.Mailbox.ReserveFlags([messages[dice.Next(messages.Length)].Uid], flags) is { } change)
            _submitted.Add(MailboxRecord.SetFlags(change));
    }

    private void Compact(MailboxModel mailbox)
    {
        if (_compactions.FindIndex(it => it.Mailbox == mailbox) is >= 0 and var index)
        {
            if (!mailbox.Mailbox!.IsIdle || !mailbox.Mailbox.CanReserve)
                return;
            var job = _compactions[index].Job;
            _compactions.RemoveAt(index);
            try
            {
                if (mailbox.Mailbox.ReserveCompaction(job) is { } change)
                    _submitted.Add(MailboxRecord.Compact(change));
                else
                    job.Dispose();
                report.Compactions++;
            }
            catch (IOException)
            {
                job.Dispose();
            }

            return;
        }

        Compaction? begun = null;
        try
        {
            begun = mailbox.Mailbox!.IsIdle ? mailbox.Mailbox.BeginCompaction() : null;
            begun?.CopyLive(isSmall: true, CancellationToken.None);
            if (begun is not null)
                _compactions.Add((mailbox, begun));
        }
        catch (IOException)
        {
            begun?.Dispose();
        }
    }

    private void Checkpoint()
    {
        try
        {
            _store!.Roll();
        }
        catch (IOException)
        {
            report.FailedFlushes++;
        }

        RunCheckpoint();
    }

    public void RunCheckpoint()
    {
        var outcome = _store!.Checkpoint();
        report.Checkpoints++;
        if (outcome.NeedIndex.IsDefaultOrEmpty)
            return;
        report.FailedFlushes++;
        foreach (var mailbox in mailboxes.Where(it => outcome.NeedIndex.Contains(it.Name)))
        {
            try
            {
                if (mailbox.Mailbox!.RenewIndex())
                    _store.IndexRenewed(mailbox.Name);
            }
            catch (IOException)
            {
                report.FailedFlushes++;
            }
        }
    }

    /// <summary>Its owner stopped, in good order or not; the next one opens it.</summary>
    private void Reopen(MailboxModel mailbox)
    {
        if (_compactions.FindIndex(it => it.Mailbox == mailbox) is >= 0 and var index)
        {
            _compactions[index].Job.Dispose();
            _compactions.RemoveAt(index);
        }

        mailbox.Mailbox!.Dispose();
        Open(mailbox);
    }

    public void Open(MailboxModel mailbox)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                mailbox.Mailbox = _store!.OpenMailbox(mailbox.Name);
                return;
            }
            catch (IOException)
            {
                // As its users do it: again, until the disk is better.
                if (attempt > 2)
                    disk.Faults.Calm();
            }
        }
    }

    private void ChangeAsOthers(MailboxModel mailbox)
    {
        if (!disk.Files().Contains(mailbox.File))
            return;
        report.ForeignChanges++;
        var text = NewText();
        var entry = Encoding.Latin1.GetBytes($"From x Tue Nov 24 01:00:00 2026\n{text}\n");
        mailbox.Promises.Add(text, new Promise(text, _deliveries) { IsAcknowledged = true });
        if (dice.Next(2) == 0)
        {
            disk.AppendAsOthers(mailbox.File, entry);
            return;
        }

        // As mutt does it: the same file, every message with a Status field.
        disk.RewriteAsOthers(mailbox.File, [.. mailbox.MarkAll(disk.Contents(mailbox.File)), .. entry]);
    }

    public void Write()
    {
        if (_submitted.Count == 0)
            return;
        var batch = _submitted.Take(1 + dice.Next(_submitted.Count)).ToList();
        var outcome = _store!.Append(batch);
        report.FailedFlushes += outcome.Fault is null ? 0 : 1;
        _submitted.RemoveRange(0, outcome.Done);
        if (!outcome.IsFull)
            return;
        Settle();
        RunCheckpoint();
        if (dice.Next(3) == 0)
        {
            _submitted.RemoveAll(record => record.GiveUp());
        }
    }

    private void Settle()
    {
        foreach (var mailbox in mailboxes.Where(_ => dice.Next(3) > 0).ToList())
            Settle(mailbox);
    }

    public void Settle(MailboxModel mailbox)
    {
        foreach (var change in mailbox.Mailbox!.Settle())
        {
            if (_promises.Remove(change, out var promise))
            {
                report.Acknowledged += change.IsCommitted ? 1 : 0;
                report.Refused += change.IsCommitted ? 0 : 1;
                promise.IsAcknowledged = change.IsCommitted;
                promise.IsRefused = !change.IsCommitted;
                (promise.Uid, promise.UidValidity) = (((AppendChange)change).Uid, mailbox.Mailbox.UidValidity);
                if (!change.IsCommitted)
                    promise.UidValidity = 0;
            }

            foreach (var gone in change.Origin as List<Promise> ?? [])
                (gone.MayBeGone, gone.IsGone) = (false, gone.IsGone || change.IsCommitted);
        }
    }

    private static DateTimeOffset Now() => new(2026, 11, 24, 1, 0, 0, TimeSpan.Zero);

    private string NewText()
    {
        var lines = dice.Next(8) == 0 ? 150 : dice.Next(12);
        var text = new StringBuilder();
        var isRaw = dice.Next(4) == 0;
        text.Append(
            CultureInfo.InvariantCulture,
            $"Subject: {++_deliveries}{(isRaw ? "\r\n" : "\n")}\nbody of {_deliveries}\n");
        // As a damaged tail looks, and none of it may be taken for one.
        if (isRaw)
            text.Append('\0', dice.Next(600)).Append("\r\n\0\n");
        for (var i = 0; i < lines; i++)
            text.Append(CultureInfo.InvariantCulture, $">From line {i} of {dice.Next()}\n");
        return text.ToString();
    }

    private MessageBody Body(string text)
    {
        var octets = Encoding.Latin1.GetBytes(text);
        using var writer = _store!.CreateBody();
        octets.CopyTo(writer.GetSpan(octets.Length));
        writer.Advance(octets.Length);
        var header = text.IndexOf("\n\n", StringComparison.Ordinal) + 2;
        var traits = text.Contains('\r', StringComparison.Ordinal)
            ? BodyTraits.Quoted | BodyTraits.Raw
            : BodyTraits.Quoted;
        return writer.Complete(octets.Length + text.Count(it => it == '\n'), header, traits);
    }
}
