using ActorMail.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// A new mailbox file without the deleted messages, being written beside the old one. The owner of the mailbox begins
/// and finishes it; the copying between is any thread's, while mail goes on coming into the old file.
/// </summary>
public sealed class Compaction : IDisposable
{
    private readonly StoreContext _store;
    private readonly string _path;
    private readonly IReadOnlyList<MailboxEntry> _live;
    private readonly List<MailboxEntry> _copied = [];
    private readonly SafeFileHandle _file;
    private bool _isOver;

    internal Compaction(
        StoreContext store, MailboxPaths paths, ulong snapshotId, MailboxContent content, MailboxState state)
    {
        (_store, SnapshotId, Content) = (store, snapshotId, content);
        (_path, _live) = (paths.NewFile(snapshotId), [.. state.Entries]);
        content.AddReference();
        try
        {
            store.Disk.CreateFolder(paths.Folder);
            _file = store.Disk.Open(_path, DiskAccess.CreateNew);
        }
        catch (IOException)
        {
            content.Release();
            throw;
        }
    }

    /// <summary>All was copied that was there at the beginning.</summary>
    public bool IsCopied { get; private set; }

    internal ulong SnapshotId { get; }

    internal MailboxContent Content { get; }

    /// <summary>By any thread; reads only what never changes again.</summary>
    public void CopyLive(CancellationToken cancellation)
    {
        Copy(_live, cancellation);
        _store.Disk.Flush(_file);
        IsCopied = true;
    }

    /// <summary>Throws the new file away, unless it took the place of the old one.</summary>
    public void Dispose()
    {
        if (_isOver)
            return;
        Close();
        _file.Dispose();
        try
        {
            _store.Disk.Delete(_path);
        }
        catch (IOException failure)
        {
            _store.Report($"A half-written mailbox file stays until the next start: {failure.Message}");
        }
    }

    /// <summary>Copies what came since, and gives the state of the mailbox as it will be with the new file.</summary>
    internal MailboxState Complete(MailboxState state)
    {
        var last = _live.Count == 0 ? 0 : _live[^1].Message.Uid;
        Copy(state.Entries.FindAll(entry => entry.Message.Uid > last), CancellationToken.None);
        _store.Disk.Flush(_file);
        var live = state.Entries.Select(entry => entry.Message.Uid).ToHashSet();
        var end = EndOf(_copied);
        var kept = _copied.FindAll(entry => live.Contains(entry.Message.Uid));
        var dead = end - kept.Sum(entry => entry.Length);
        return new MailboxState(state.UidValidity, state.UidNext)
        {
            Entries = kept,
            End = end,
            DeadLength = dead,
            DeadSince = dead == 0 ? 0 : state.DeadSince,
            Stat = _store.Disk.Stat(_file),
        };
    }

    /// <summary>The new file takes the place of the old one; from here on it is the content of the mailbox.</summary>
    internal MailboxContent MoveTo(string path)
    {
        _store.Disk.Rename(_path, path);
        Close();
        return new MailboxContent(_file);
    }

    private static long EndOf(List<MailboxEntry> entries) => entries.Count == 0 ? 0 : entries[^1].Message.End;

    private void Close()
    {
        _isOver = true;
        Content.Release();
    }

    private void Copy(IReadOnlyList<MailboxEntry> entries, CancellationToken cancellation)
    {
        if (entries.Count == 0)
            return;
        using var writer = new EntryWriter(_store.Disk, _file, EndOf(_copied), entries.Sum(entry => entry.Length));
        var source = new EntryReader(_store.Disk, Content.File);
        foreach (var entry in entries)
        {
            cancellation.ThrowIfCancellationRequested();
            _copied.Add(Copy(entry, source, writer));
        }

        writer.WriteOut();
    }

    /// <summary>An entry that a stranger left without its blank line gets one, or it would swallow the next.</summary>
    private MailboxEntry Copy(in MailboxEntry entry, EntryReader source, EntryWriter writer)
    {
        var (message, start) = (entry.Message, writer.Position);
        writer.BeginEntry();
        writer.Copy(Content.File, message.Offset, message.FromLength, isContent: false);
        writer.Copy(Content.File, message.ContentOffset, message.Length, isContent: true);
        writer.Copy(Content.File, message.ContentOffset + message.Length, message.PadLength, isContent: false);
        var (checksum, hash) = writer.EndEntry();
        if (checksum != message.Checksum)
            _store.Report($"Message {message.Uid} was damaged on the disk before its mailbox file was rewritten.");
        var missing = message.PadLength == 0 ? source.MissingLineEnds(message.Offset, message.End) : 0;
        writer.Write("\n\n"u8[..missing], isContent: false);
        message = message with
        {
            Offset = start,
            PadLength = message.PadLength + missing,
            Checksum = writer.EndEntry().Checksum,
        };
        return new MailboxEntry(message, hash);
    }
}
