using ActorMail.Protocols.Mail;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// A look at a mailbox from outside the server, which may be running: it repairs nothing and writes nothing.
/// </summary>
public sealed class MailboxReader : IDisposable
{
    private const int MaxAttempts = 5;

    private readonly SharedFile? _content;

    private MailboxReader(SharedFile? content, MailboxState state, bool isAsLeft)
    {
        (_content, IsAsLeft) = (content, isAsLeft);
        View = new MailboxView(state.UidValidity, state.UidNext, state.Modseq, state.Messages, state.Keywords);
        (DeadLength, FileLength) = (state.DeadLength, state.End);
    }

    public MailboxView View { get; }

    /// <summary>
    /// No other program has written to the file since the server did, so that the index is about it. Otherwise the
    /// messages are as the server will find them, and numbers that it has not given yet may become others.
    /// </summary>
    public bool IsAsLeft { get; }

    /// <summary>Octets of deleted messages that are in the file yet.</summary>
    public long DeadLength { get; }

    /// <summary>Octets of the mailbox file.</summary>
    public long FileLength { get; }

    /// <summary>Null if there is no such message. Readable until this reader is disposed.</summary>
    public MessageSlice? Slice(uint uid) => View.Messages.IndexOf(uid) is >= 0 and var index
        ? Mailbox.SliceOf(View.Messages[index], _content!)
        : null;

    /// <summary>Whether the octets of a message are those that were stored; reads all of them.</summary>
    public bool IsIntact(StoredMessage message) => Mailbox.IsIntact(message, _content!);

    public void Dispose() => _content?.Release();

    /// <summary>The sender of the <c>From </c> line; empty for the null one.</summary>
    internal string SenderOf(StoredMessage message)
    {
        Span<byte> line = stackalloc byte[Math.Min(message.FromLength, FromLine.MaxLength)];
        line = line[.._content!.File.Read(line, message.Offset)];
        return line.StartsWith("From "u8) ? FromLine.SenderOf(line) : "";
    }

    internal static MailboxReader Open(IDisk disk, string root, MailboxName name)
    {
        var paths = new MailboxPaths(root, name);
        for (var attempt = 1; ; attempt++)
        {
            if (TryOpen(disk, paths, isLast: attempt == MaxAttempts) is { } reader)
                return reader;
        }
    }

    /// <summary>Null if index and file do not fit together, as while the server replaces them: try again.</summary>
    private static MailboxReader? TryOpen(IDisk disk, MailboxPaths paths, bool isLast)
    {
        SharedFile? content = null;
        try
        {
            if (disk.Stat(paths.File) is null)
                return new MailboxReader(null, new MailboxState { UidValidity = 0 }, isAsLeft: true);
            var file = disk.Open(paths.File, DiskAccess.Read);
            content = new SharedFile(file, paths.Name, isIndex: false);
            var stat = file.Stat();
            var known = MailboxIndex.Load(disk, paths);
            if (known is not null && known.Stat == stat)
                return new MailboxReader(content, known, isAsLeft: true);
            if (known is null || isLast)
                return new MailboxReader(content, AsFound(known, file, stat), isAsLeft: false);
            content.Release();
            return null;
        }
        catch (IOException failure)
        {
            content?.Release();
            // The server may remove a file between our looks at the folder and at the file.
            if (failure is FileNotFoundException && !isLast)
                return null;
            throw;
        }
    }

    /// <summary>As the server will find it when it looks; new numbers are its to give.</summary>
    private static MailboxState AsFound(MailboxState? known, DiskFile file, FileStat stat)
    {
        known ??= new MailboxState { UidValidity = 0 };
        var found = new FoundMailbox(known, [], FoundMailbox.Scan(known, file, stat), file, DateTimeOffset.UnixEpoch);
        return found.ToState(stat);
    }
}
