using ActorMail.Protocols.Mail;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// An open file that several use: views that read their messages while the mailbox goes on to another file, and the
/// checkpoint that flushes it. References may be taken and released by any thread; the last one closes the file.
/// </summary>
public sealed class SharedFile
{
    private int _references = 1;
    private int _isDirty;

    internal SharedFile(DiskFile file, MailboxName owner, bool isIndex) =>
        (File, Owner, IsIndex) = (file, owner, isIndex);

    internal DiskFile File { get; }

    internal MailboxName Owner { get; }

    internal bool IsIndex { get; }

    /// <summary>Another file has taken its place: what is in it matters to nobody who starts anew.</summary>
    internal bool IsObsolete { get; set; }

    /// <summary>False if it is closed already.</summary>
    public bool TryAddReference()
    {
        var references = Volatile.Read(ref _references);
        while (references > 0)
        {
            var seen = Interlocked.CompareExchange(ref _references, references + 1, references);
            if (seen == references)
                return true;
            references = seen;
        }

        return false;
    }

    public void AddReference() => ObjectDisposedException.ThrowIf(!TryAddReference(), this);

    /// <summary>As often as a reference was taken.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
            File.Dispose();
    }

    /// <summary>True for the first change since <see cref="BeginFlush"/>.</summary>
    internal bool TrySoil() => Volatile.Read(ref _isDirty) == 0 && Interlocked.Exchange(ref _isDirty, 1) == 0;

    /// <summary>What is written from here on is for the next checkpoint.</summary>
    internal void BeginFlush() => Volatile.Write(ref _isDirty, 0);
}
