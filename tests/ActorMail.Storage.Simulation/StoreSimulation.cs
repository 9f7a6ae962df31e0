using System.Globalization;
using System.Text;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Wire;
using ActorMail.Storage.Journal;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Storage.Simulation;

/// <summary>
/// The life of a store on a simulated disk, all by one seed: mail for one mailbox and for several, deletions,
/// compactions, checkpoints, crashes at any operation, also while it recovers, failing flushes and full disks. After
/// each step what is seen is compared with what was promised.
/// </summary>
public sealed class StoreSimulation
{
    private const string Root = "/data";
    private const int MaxSteps = 100_000;

    private readonly Random _dice;
    private readonly SimulatedDisk _disk;
    private readonly SimulationProfile _profile;
    private readonly StoreOptions _options;
    private readonly List<MailboxModel> _mailboxes = [];
    private readonly List<MailboxRecord> _submitted = [];
    private readonly Dictionary<MailboxChange, Promise> _promises = [];
    private readonly List<(MailboxModel Mailbox, Compaction Job)> _compactions = [];
    private readonly List<string> _reports = [];
    private MailStore? _store;
    private int _deliveries;

    private StoreSimulation(int seed, SimulationProfile profile)
    {
        (_dice, _profile) = (new Random(seed), profile);
        _disk = new SimulatedDisk(_dice);
        profile.Sabotage(_disk.Faults);
        _options = new StoreOptions
        {
            SpoolThreshold = 2_000,
            MinFreeSpace = 0,
            CompactAtOnceSize = _dice.Next(2) == 0 ? 0 : 4_000,
            UsesDotlock = _dice.Next(2) == 0,
            CheckpointThreads = 1,
            MaxCompactionRate = 0,
            Journal = new JournalOptions
            {
                SegmentSize = 8 * 1024,
                MaxSegmentSize = 16 * 1024,
                Segments = 3 + _dice.Next(2),
            },
        };
        for (var i = 0; i < 3; i++)
        {
            var address = new MailAddress($"user{i}", "example.org");
            MailboxName.TryFrom(address, out var name);
            _mailboxes.Add(new MailboxModel(name, $"{Root}/mail/{name}"));
        }
    }

    private SimulationReport Report { get; } = new();

    /// <summary>Lives one life; a <see cref="SimulationFaultException"/> tells what promise was broken.</summary>
    public static SimulationReport Run(int seed, SimulationProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var simulation = new StoreSimulation(seed, profile);
        try
        {
            simulation.Live();
            return simulation.Report;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            var told = string.Join('\n', simulation._disk.Book.TakeLast(400).Concat(simulation._reports.TakeLast(20)));
            throw new SimulationFaultException($"Seed {seed}: {fault.Message}\n{told}\n{fault}", fault);
        }
    }

    private void Live()
    {
        Start();
        for (var step = 0; step < _profile.Steps; step++)
        {
            try
            {
                if (_dice.Next(12) == 0)
                    _disk.CrashAt = _disk.Operations + _dice.Next(60);
                Faults();
                Step();
                Look();
            }
            catch (MachineDownException)
            {
                Restart();
            }
        }

        _disk.CrashAt = int.MaxValue;
        Calm();
        EndInGoodOrder();
    }

    private void Faults()
    {
        if (!_profile.HasFaults)
            return;
        _disk.Faults.Flush = _dice.Next(4) == 0 ? 0.2 : 0;
        _disk.Faults.Write = _dice.Next(10) == 0 ? 0.05 : 0;
        _disk.Faults.IsFull = _dice.Next(10) == 0;
    }

    private void Calm() => (_disk.Faults.Flush, _disk.Faults.Write, _disk.Faults.IsFull) = (0, 0, false);

    private void Step()
    {
        switch (_dice.Next(_profile.HasOthers ? 18 : 16))
        {
            case < 6:
                Deliver(_mailboxes[_dice.Next(3)]);
                break;
            case < 8:
                Deliver([.. _mailboxes.Where(_ => _dice.Next(3) > 0)]);
                break;
            case 8 or 9:
                Expunge(_mailboxes[_dice.Next(3)]);
                break;
            case 10:
                SetFlags(_mailboxes[_dice.Next(3)]);
                break;
            case 11:
                Compact(_mailboxes[_dice.Next(3)]);
                break;
            case 12:
                Checkpoint();
                break;
            case 13:
                Reopen(_mailboxes[_dice.Next(3)]);
                break;
            case 14 or 15:
                break;
            default:
                ChangeAsOthers(_mailboxes[_dice.Next(3)]);
                break;
        }

        if (_dice.Next(2) == 0)
            Write();
        if (_dice.Next(2) == 0)
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

        if (appends.Count < takers.Count || (appends.Count > 1 && _dice.Next(10) == 0))
        {
            foreach (var append in appends)
            {
                var taker = _mailboxes.Single(it => it.Name == append.Mailbox);
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
        var wanted = messages.Where(_ => _dice.Next(3) == 0).ToList();
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
        var flags = new FlagChange(MessageMarks.None, (MessageMarks)_dice.Next(32), [], [$"word{_dice.Next(9)}"]);
        if (mailbox.Mailbox.ReserveFlags([messages[_dice.Next(messages.Length)].Uid], flags) is { } change)
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
                Report.Compactions++;
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
            Report.FailedFlushes++;
        }

        RunCheckpoint();
    }

    private void RunCheckpoint()
    {
        var outcome = _store!.Checkpoint();
        Report.Checkpoints++;
        if (outcome.NeedIndex.IsDefaultOrEmpty)
            return;
        Report.FailedFlushes++;
        foreach (var mailbox in _mailboxes.Where(it => outcome.NeedIndex.Contains(it.Name)))
        {
            try
            {
                if (mailbox.Mailbox!.RenewIndex())
                    _store.IndexRenewed(mailbox.Name);
            }
            catch (IOException)
            {
                Report.FailedFlushes++;
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

    private void Open(MailboxModel mailbox)
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
                    Calm();
            }
        }
    }

    private void ChangeAsOthers(MailboxModel mailbox)
    {
        if (!_disk.Files().Contains(mailbox.File))
            return;
        Report.ForeignChanges++;
        var text = NewText();
        var entry = Encoding.Latin1.GetBytes($"From x Tue Nov 24 01:00:00 2026\n{text}\n");
        mailbox.Promises.Add(text, new Promise(text, _deliveries) { IsAcknowledged = true });
        if (_dice.Next(2) == 0)
        {
            _disk.AppendAsOthers(mailbox.File, entry);
            return;
        }

        // As mutt does it: the same file, every message with a Status field.
        _disk.RewriteAsOthers(mailbox.File, [.. mailbox.MarkAll(_disk.Contents(mailbox.File)), .. entry]);
    }

    private void Write()
    {
        if (_submitted.Count == 0)
            return;
        var batch = _submitted.Take(1 + _dice.Next(_submitted.Count)).ToList();
        var outcome = _store!.Append(batch);
        Report.FailedFlushes += outcome.Fault is null ? 0 : 1;
        _submitted.RemoveRange(0, outcome.Done);
        if (!outcome.IsFull)
            return;
        Settle();
        RunCheckpoint();
        if (_dice.Next(3) == 0)
        {
            _submitted.RemoveAll(record => record.GiveUp());
        }
    }

    private void Settle()
    {
        foreach (var mailbox in _mailboxes.Where(_ => _dice.Next(3) > 0).ToList())
            Settle(mailbox);
    }

    private void Settle(MailboxModel mailbox)
    {
        foreach (var change in mailbox.Mailbox!.Settle())
        {
            if (_promises.Remove(change, out var promise))
            {
                Report.Acknowledged += change.IsCommitted ? 1 : 0;
                Report.Refused += change.IsCommitted ? 0 : 1;
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

    private void Look()
    {
        foreach (var mailbox in _mailboxes)
        {
            var isSettled = mailbox.Mailbox!.IsIdle && mailbox.Mailbox.IsAsLeft;
            if (!mailbox.Mailbox.IsAsLeft)
                continue;
            mailbox.Look(isSettled, isSettled ? FileOf(mailbox) : null);
        }

        if (_reports.Exists(report => report.Contains("order changed", StringComparison.Ordinal)))
            throw new SimulationFaultException("A mailbox was taken for one whose order somebody changed.");
    }

    private byte[]? FileOf(MailboxModel mailbox) =>
        _disk.Files().Contains(mailbox.File) ? _disk.Contents(mailbox.File) : null;

    private void Restart()
    {
        for (var attempt = 0; attempt < MaxSteps; attempt++)
        {
            var isPowerCut = _dice.Next(2) == 0;
            Report.PowerCuts += isPowerCut ? 1 : 0;
            Report.Kills += isPowerCut ? 0 : 1;
            _disk.Restart(isPowerCut);
            Calm();
            _disk.CrashAt = attempt < 3 && _dice.Next(3) == 0 ? _disk.Operations + _dice.Next(120) : int.MaxValue;
            try
            {
                Start();
                return;
            }
            catch (MachineDownException)
            {
                Report.Kills += 0;
            }
        }
    }

    private void Start()
    {
        _submitted.Clear();
        _promises.Clear();
        _compactions.Clear();
        _store = MailStore.Open(Root, _options, new StandingClock(), _reports.Add, _disk);
        foreach (var mailbox in _mailboxes)
        {
            Open(mailbox);
            for (var attempt = 0; !mailbox.Mailbox!.Refresh() && attempt < 3; attempt++)
                mailbox.Mailbox.Settle();
            mailbox.Look(isSettled: true, FileOf(mailbox));
        }

        CheckAllOrNone();
        foreach (var mailbox in _mailboxes)
            mailbox.TakeStock(Seen(mailbox));
    }

    /// <summary>What was under way for several mailboxes is in all of them now, or in none.</summary>
    private void CheckAllOrNone()
    {
        var open = _mailboxes
            .SelectMany(mailbox => mailbox.Promises.Values
                .Where(promise => !promise.IsAcknowledged && !promise.IsRefused && !promise.MayBeGone)
                .Select(promise => (promise, mailbox.Name, IsSeen: Seen(mailbox).Contains(promise.Text))))
            .GroupBy(it => it.promise.Delivery);
        foreach (var delivery in open.Where(it => it.Select(one => one.IsSeen).Distinct().Count() > 1))
        {
            throw new SimulationFaultException($"Delivery {delivery.Key} reached some of its mailboxes only: "
                + string.Join(", ", delivery.Select(one => $"{one.Name} {one.IsSeen} UID {one.promise.Uid}")));
        }
    }

    private static HashSet<string> Seen(MailboxModel mailbox) =>
        [.. mailbox.Mailbox!.View.Messages.Select(it => mailbox.TextSent(MailboxModel.TextOf(
            Mailbox.SliceOf(it, mailbox.Mailbox.Content!))))];

    /// <summary>Everything is written, the store ends, and the next start has nothing to do.</summary>
    private void EndInGoodOrder()
    {
        for (var attempt = 0; attempt < 20; attempt++)
        {
            Write();
            foreach (var mailbox in _mailboxes)
                Settle(mailbox);
            RunCheckpoint();
        }

        var waiting = _mailboxes.Select(it => $"{it.Name} has {it.Mailbox!.Unapplied} to be written").ToList();
        waiting.Add($"{_submitted.Count} to be put into the journal, of which {_store!.JournalBusyShare} is busy");
        waiting.AddRange(_store.Checkpoint().NeedIndex.Select(name => $"{name} needs an index"));
        foreach (var (_, job) in _compactions)
            job.Dispose();
        foreach (var mailbox in _mailboxes)
            mailbox.Mailbox!.Dispose();
        _store!.Dispose();
        _reports.Clear();
        _disk.Restart(wasPowerCut: true);
        Start();
        if (_reports.Exists(report => report.Contains("good order", StringComparison.Ordinal)))
        {
            throw new SimulationFaultException(
                $"There was something to replay after a good end: {string.Join(", ", waiting)}.");
        }
    }

    private static DateTimeOffset Now() => new(2026, 11, 24, 1, 0, 0, TimeSpan.Zero);

    private string NewText()
    {
        var lines = _dice.Next(8) == 0 ? 150 : _dice.Next(12);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Subject: {++_deliveries}\n\nbody of {_deliveries}\n");
        for (var i = 0; i < lines; i++)
            text.Append(CultureInfo.InvariantCulture, $">From line {i} of {_dice.Next()}\n");
        return text.ToString();
    }

    private MessageBody Body(string text)
    {
        var octets = Encoding.Latin1.GetBytes(text);
        using var writer = _store!.CreateBody();
        octets.CopyTo(writer.GetSpan(octets.Length));
        writer.Advance(octets.Length);
        var header = text.IndexOf("\n\n", StringComparison.Ordinal) + 2;
        return writer.Complete(octets.Length + text.Count(it => it == '\n'), header, BodyTraits.Quoted);
    }
}
