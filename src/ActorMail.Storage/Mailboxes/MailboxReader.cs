using ActorMail.Protocols.Mail;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// A look at a mailbox from outside the server, which may be running: it repairs nothing and writes nothing.
/// </summary>
public sealed class MailboxReader : IDisposable
{
    private const int MaxAttempts = 5;

    private readonly MailboxContent _content;
    private readonly MailboxState _state;

    private MailboxReader(MailboxContent content, MailboxState state)
    {
        (_content, _state) = (content, state);
        View = new MailboxView(state.UidValidity, state.UidNext, state.Messages());
    }

    public MailboxView View { get; }

    /// <summary>Null if there is no such message. Readable until this reader is disposed.</summary>
    public MessageSlice? Slice(uint uid) => _state.IndexOf(uid) is >= 0 and var index
        ? Mailbox.SliceOf(_state.Entries[index].Message, _content)
        : null;

    public void Dispose() => _content.Release();

    internal static MailboxReader Open(IDisk disk, string root, MailboxName name)
    {
        var paths = new MailboxPaths(root, name);
        for (var attempt = 1; ; attempt++)
        {
            if (TryOpen(disk, paths, isLast: attempt == MaxAttempts) is { } reader)
                return reader;
        }
    }

    /// <summary>Null if log and file do not fit together, as while the server replaces them; then it is tried again.</summary>
    private static MailboxReader? TryOpen(IDisk disk, MailboxPaths paths, bool isLast)
    {
        try
        {
            if (disk.Stat(paths.File) is null)
                return new MailboxReader(MailboxContent.None(), new MailboxState(0, 1));
            var content = new MailboxContent(disk.Open(paths.File, DiskAccess.Read));
            var stat = disk.Stat(content.File);
            if (MailboxLogs.Load(disk, paths, stat) is { } image)
            {
                var reader = new EntryReader(disk, content.File);
                if (image.State.Stat == stat || image.State.Entries.TrueForAll(entry => reader.IsIntact(entry)))
                    return new MailboxReader(content, image.State);
            }
            else
            {
                return Scanned(disk, content, stat);
            }

            if (isLast)
                return Scanned(disk, content, stat);
            content.Release();
            return null;
        }
        catch (FileNotFoundException) when (!isLast)
        {
            // The server removed a file between our looks at the folder and at the file.
            return null;
        }
    }

    private static MailboxReader Scanned(IDisk disk, MailboxContent content, FileStat stat)
    {
        var uid = 1u;
        var state = new MailboxState(0, 1);
        state.Append([.. MboxScanner.Scan(disk, content.File, 0, stat).Select(entry => entry.WithUid(uid++))], stat);
        return new MailboxReader(content, state);
    }
}
