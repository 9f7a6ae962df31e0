using System.Collections.Concurrent;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Files;
using ActorMail.Storage.Mailboxes.Foreign;

namespace ActorMail.Storage.Mailboxes;

/// <summary>What every mailbox of a store shares.</summary>
internal sealed record StoreContext(
    string Root, StoreOptions Options, TimeProvider Time, Action<string> Report, IDisk Disk)
{
    /// <summary>
    /// Mailboxes whose file failed to flush: what it shows may never have reached the disk. Only octets that are
    /// written again, there or into a new file, can be trusted.
    /// </summary>
    public ConcurrentDictionary<MailboxName, bool> Suspects { get; } = [];

    /// <summary>Behind the last entry that was written to a mailbox file, whichever handle it was written by.</summary>
    public ConcurrentDictionary<MailboxName, WrittenFile> Written { get; } = [];

    public DirtyFiles Dirty { get; } = new();

    public Dotlocks Dotlocks { get; } = new(Disk, Root, Time);

    public long NowMilliseconds => Time.GetUtcNow().ToUnixTimeMilliseconds();
}
