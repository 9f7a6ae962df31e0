using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Tests.Net;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Journal;
using ActorMail.Storage.Mailboxes;
using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace ActorMail.Actors.Tests;

/// <summary>A store on a simulated disk, with its actors; what they ask for they ask for in virtual time.</summary>
internal sealed class SimulatedStore
{
    private const string Root = "/data";

    private readonly TestKit _kit;
    private readonly StoreOptions _options;

    public SimulatedStore(
        TestKit kit,
        StoreOptions? options = null,
        MailboxOptions? mailboxes = null,
        JournalActorOptions? journal = null)
    {
        (_kit, _options) = (kit, options ?? Defaults);
        Store = Open();
        Actors = new StoreActors(kit.Sys, Store, mailboxes, journal);
    }

    /// <summary>A ring that a few messages of some thousand octets fill.</summary>
    public static StoreOptions Defaults { get; } = new()
    {
        MinFreeSpace = 0,
        CheckpointThreads = 1,
        Journal = new JournalOptions { SegmentSize = 16 * 1024, MaxSegmentSize = 16 * 1024 },
    };

    public SharedDisk Disk { get; } = new();

    public MailStore Store { get; }

    public StoreActors Actors { get; }

    public static string PathOf(MailboxName mailbox) => $"{Root}/mail/{mailbox}";

    public static string FolderOf(MailboxName mailbox) => $"{Root}/meta/{mailbox}";

    public static string IndexOf(MailboxName mailbox) => $"{FolderOf(mailbox)}/INBOX.aml";

    /// <summary>The subjects in a mailbox file, in its order.</summary>
    public IEnumerable<string> SubjectsIn(MailboxName mailbox) =>
        from line in Disk.Read(PathOf(mailbox)).Split('\n')
        where line.StartsWith("Subject: ", StringComparison.Ordinal)
        select line[9..];

    /// <summary>The subjects that a server finds which starts after this one was killed.</summary>
    public List<string> SubjectsAfterKill(MailboxName mailbox) =>
        AfterKill<List<string>>(_ => [.. SubjectsIn(mailbox)]);

    public T AfterKill<T>(Func<MailStore, T> look)
    {
        Disk.BeforeFlush = _ => { };
        Disk.Change(disk => disk.Restart(wasPowerCut: false));
        using var next = Open();
        return look(next);
    }

    public void Reserve(MailboxName mailbox, string subject, bool isAlone = true, int octets = 10) =>
        Tell(new MailboxProtocol.ReserveAppend(mailbox, subject, Draft(subject, octets), isAlone));

    public void Deliver(string subject, params MailboxName[] mailboxes) =>
        Deliver(subject, Actors.Coordinator, mailboxes);

    public void Deliver(string subject, IActorRef coordinator, params MailboxName[] mailboxes) => coordinator.Tell(
        new DeliveryProtocol.DeliverMessage(subject, [.. mailboxes], Draft(subject, octets: 10)), _kit.TestActor);

    public void Tell(MailboxProtocol.IMailboxCommand command) => Actors.Mailboxes.Tell(command, _kit.TestActor);

    private MessageDraft Draft(string subject, int octets) =>
        Store.Draft($"Subject: {subject}\n\n{new string('x', octets)}\n");

    private MailStore Open() =>
        MailStore.Open(Root, _options, new VirtualTime(_kit.Sys.Scheduler), _ => { }, Disk);
}
