using ActorMail.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// The mailbox file as it lay on the disk when a view was taken. Who holds a reference can go on reading the messages
/// of that view while the file is replaced (compaction). References may be taken and released by any thread.
/// </summary>
public sealed class MailboxContent
{
    private readonly SafeFileHandle? _file;
    private int _references = 1;

    internal MailboxContent(SafeFileHandle? file) => _file = file;

    internal bool HasFile => _file is not null;

    internal SafeFileHandle File =>
        _file ?? throw new InvalidOperationException("A mailbox without a file has no messages.");

    /// <summary>The octets of a message, for whoever holds a reference.</summary>
    public MessageSlice Slice(StoredMessage message) =>
        new(File, message.ContentOffset, message.Length, message.WireLength, message.Traits);

    public void AddReference()
    {
        var references = Volatile.Read(ref _references);
        while (true)
        {
            ObjectDisposedException.ThrowIf(references == 0, this);
            var seen = Interlocked.CompareExchange(ref _references, references + 1, references);
            if (seen == references)
                return;
            references = seen;
        }
    }

    /// <summary>As often as a reference was taken; the last one closes the file.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
            _file?.Dispose();
    }

    /// <summary>Of no file at all: a mailbox never used.</summary>
    internal static MailboxContent None() => new(null);

    internal static MailboxContent Open(IDisk disk, string path) => new(disk.Open(path, DiskAccess.ReadWrite));
}
