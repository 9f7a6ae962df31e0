using ActorMail.Protocols.Mail;
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
    private readonly List<string> _reports = [];
    private readonly StoreUsers _users;
    private MailStore? _store;

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

        _users = new StoreUsers(_dice, _disk, _mailboxes, Report);
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
                _users.Step(_profile.HasOthers);
                Look();
            }
            catch (MachineDownException)
            {
                Restart();
            }
        }

        _disk.CrashAt = int.MaxValue;
        _disk.Faults.Calm();
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
            _disk.Faults.Calm();
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
        _store = MailStore.Open(Root, _options, new StandingClock(), _reports.Add, _disk);
        _users.Begin(_store);
        foreach (var mailbox in _mailboxes)
        {
            _users.Open(mailbox);
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
            _users.Write();
            _mailboxes.ForEach(_users.Settle);
            _users.RunCheckpoint();
        }

        var waiting = _mailboxes.Select(it => $"{it.Name} has {it.Mailbox!.Unapplied} to be written").ToList();
        waiting.Add($"{_users.Submitted} to be put into the journal, of which {_store!.JournalBusyShare} is busy");
        waiting.AddRange(_store.Checkpoint().NeedIndex.Select(name => $"{name} needs an index"));
        _users.End();
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
}
