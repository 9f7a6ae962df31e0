using System.Collections.Concurrent;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Files;
using ActorMail.Storage.Mailboxes.Foreign;

namespace ActorMail.Storage.Mailboxes;

/// <summary>What every mailbox of a store shares.</summary>
internal sealed record StoreContext(
    string Root, StoreOptions Options, TimeProvider Time, Action<string> Report, IDisk Disk)
{
    private readonly ConcurrentDictionary<MailboxName, MailboxLane> _lanes = [];

    /// <summary>
    /// Mailboxes whose file failed to flush: what it shows may never have reached the disk. Only octets that are
    /// written again, there or into a new file, can be trusted.
    /// </summary>
    public ConcurrentDictionary<MailboxName, bool> Suspects { get; } = [];

    /// <summary>What mailbox files looked like when their owners last wrote to them.</summary>
    public ConcurrentDictionary<MailboxName, WrittenFile> Written { get; } = [];

    public DirtyFiles Dirty { get; } = new();

    public Dotlocks Dotlocks { get; } = new(Disk, Root, Time);

    public long NowMilliseconds => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public MailboxLane LaneOf(MailboxName name) => _lanes.GetOrAdd(name, static _ => new MailboxLane());

    /// <summary>Whether changes of a mailbox are in the journal's hands, or durable and not in its file yet.</summary>
    public bool IsUnderWay(MailboxName name) => _lanes.TryGetValue(name, out var lane) && !lane.IsEmpty;

    /// <summary>
    /// The owner of a mailbox leaves. Whoever asks for many mailboxes, one after the other, fills no memory.
    /// </summary>
    public void Leave(MailboxName name, MailboxLane lane)
    {
        if (lane.IsEmpty && _lanes.TryRemove(new KeyValuePair<MailboxName, MailboxLane>(name, lane)))
            Written.TryRemove(name, out _);
    }
}
