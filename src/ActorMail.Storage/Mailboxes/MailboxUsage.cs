using ActorMail.Protocols.Mail;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>What a mailbox holds: octets of its entries as stored, and messages; deleted ones do not count.</summary>
public readonly record struct MailboxUsage(long Octets, long Messages)
{
    /// <summary>As its index has it, which is cheap; without an index, the size of its file.</summary>
    /// <exception cref="IOException">The index cannot be read.</exception>
    public static MailboxUsage Read(string root, MailboxName name)
    {
        var (disk, paths) = (RealDisk.Instance, new MailboxPaths(root, name));
        return MailboxIndex.Load(disk, paths) is { } state
            ? new MailboxUsage(state.LiveLength, state.Messages.Length)
            : new MailboxUsage(disk.Stat(paths.File)?.Size ?? 0, 0);
    }
}
