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
        ? _content.Slice(_state.Entries[index].Message)
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

    /// <summary>Null if log and file do not fit together, as while the server replaces them: try again.</summary>
    private static MailboxReader? TryOpen(IDisk disk, MailboxPaths paths, bool isLast)
    {
        var content = MailboxContent.None();
        try
        {
            if (disk.Stat(paths.File) is null)
                return new MailboxReader(content, new MailboxState(0, 1));
            content = new MailboxContent(disk.Open(paths.File, DiskAccess.Read));
            var stat = disk.Stat(content.File);
            var image = MailboxLogs.Load(disk, paths, stat).Best;
            if (image is not null && image.State.Stat == stat)
                return new MailboxReader(content, image.State);
            var known = image?.State ?? new MailboxState(0, 1);
            var found = new MailboxInspector(disk, content.File, stat, known).Inspect(image?.TailIn(disk, stat));
            if (found.IsKnown)
            {
                known.CutTo(stat.Size);
                return new MailboxReader(content, known);
            }

            if (image is null || isLast)
                return new MailboxReader(content, Numbered(found.Entries, known.UidNext));
            content.Release();
            return null;
        }
        catch (IOException failure)
        {
            content.Release();
            // The server may remove a file between our looks at the folder and at the file.
            if (failure is FileNotFoundException && !isLast)
                return null;
            throw;
        }
    }

    /// <summary>As the server will find them; their numbers are its to give.</summary>
    private static MailboxState Numbered(IReadOnlyList<MailboxEntry> entries, uint uid)
    {
        var state = new MailboxState(0, uid);
        state.Append([.. entries.Select(entry => entry.WithUid(uid++))], null);
        return state;
    }
}
