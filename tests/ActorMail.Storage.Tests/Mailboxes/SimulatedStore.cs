using ActorMail.Storage.Journal;
using ActorMail.Storage.Mailboxes;
using ActorMail.Storage.Simulation;

namespace ActorMail.Storage.Tests.Mailboxes;

/// <summary>
/// A store on a disk in memory that can be killed, lose its power and fail, with one mailbox of it open.
/// </summary>
internal sealed class SimulatedStore
{
    public const string Root = "/data";

    private readonly List<MessageBody> _bodies = [];
    private List<MailboxRecord> _last = [];

    public SimulatedStore(StoreOptions? options = null, int seed = 1)
    {
        Disk = new SimulatedDisk(new Random(seed));
        Options = options ?? DefaultOptions;
        (Store, Bob) = Open();
    }

    public static StoreOptions DefaultOptions => new()
    {
        SpoolThreshold = 2_000,
        MinFreeSpace = 0,
        CheckpointThreads = 1,
        Journal = new JournalOptions { SegmentSize = 8 * 1024, MaxSegmentSize = 16 * 1024 },
    };

    public SimulatedDisk Disk { get; }

    public StoreOptions Options { get; }

    public List<string> Reports { get; } = [];

    public HandClock Clock { get; } = new(DataFolder.Noon);

    public MailStore Store { get; private set; }

    public Mailbox Bob { get; private set; }

    public static string MailFile => $"{Root}/mail/{DataFolder.Bob}";

    public static string IndexFile => $"{Root}/meta/{DataFolder.Bob}/INBOX.aml";

    public List<string> Texts => DataFolder.Texts(Bob);

    /// <summary>What any reader of mbox files finds.</summary>
    public List<string> InFile => MboxText.Messages(Disk.Contents(MailFile));

    /// <summary>The segment of the journal whose octets changed since.</summary>
    public string SegmentOf(IReadOnlyDictionary<string, byte[]> before) =>
        Segments().First(path => !Disk.Contents(path).AsSpan().SequenceEqual(before[path]));

    public Dictionary<string, byte[]> Journal() => Segments().ToDictionary(path => path, Disk.Contents);

    /// <summary>Its body lives until it is given to the journal.</summary>
    public AppendChange Reserve(string text)
    {
        var body = DataFolder.Body(Store, text);
        _bodies.Add(body);
        return DataFolder.Reserve(Bob, new MessageDraft("ann@example.net", default, body, DataFolder.Noon));
    }

    /// <summary>One record for each, together.</summary>
    public AppendOutcome Append(params MailboxChange[] changes)
    {
        _last = [.. changes.Select(Record)];
        var outcome = Store.Append(_last);
        _bodies.ForEach(body => body.Dispose());
        _bodies.Clear();
        return outcome;
    }

    /// <summary>Gives the journal once more what it could not settle.</summary>
    public AppendOutcome AppendAgain() => Store.Append(_last);

    public void Deliver(params string[] texts) => DataFolder.Deliver(Store, Bob, texts);

    /// <summary>All that is written is flushed, and the journal lets go of it.</summary>
    public bool Checkpoint()
    {
        Store.Roll();
        return Store.Checkpoint().IsComplete;
    }

    /// <summary>The process dies; what it wrote is still in the memory of the machine.</summary>
    public void Kill() => Start(wasPowerCut: false);

    /// <summary>What was not flushed is gone, in whole or in part.</summary>
    public void CutPower() => Start(wasPowerCut: true);

    /// <summary>The machine stops before anybody starts again.</summary>
    public void Stop(bool wasPowerCut) => Disk.Restart(wasPowerCut);

    public void Start() => (Store, Bob) = Open();

    public Mailbox OpenOther(string address) => Store.OpenMailbox(DataFolder.Name(address));

    private static MailboxRecord Record(MailboxChange change) => change switch
    {
        AppendChange append => MailboxRecord.Deliver([append]),
        ExpungeChange expunge => MailboxRecord.Expunge(expunge),
        FlagsChange flags => MailboxRecord.SetFlags(flags),
        CompactChange compact => MailboxRecord.Compact(compact),
        _ => throw new ArgumentException("A change of no kind.", nameof(change)),
    };

    private void Start(bool wasPowerCut)
    {
        Stop(wasPowerCut);
        Start();
    }

    private (MailStore Store, Mailbox Bob) Open()
    {
        var store = MailStore.Open(Root, Options, Clock, Reports.Add, Disk);
        return (store, store.OpenMailbox(DataFolder.Bob));
    }

    private IEnumerable<string> Segments() =>
        Disk.Files().Where(path => path.StartsWith($"{Root}/journal/", StringComparison.Ordinal));
}
