using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// A new mailbox file without the deleted messages, being written beside the old one. The owner of the mailbox begins
/// and finishes it; the copying between is any thread's, while mail goes on coming into the old file.
/// </summary>
public sealed class Compaction : IDisposable
{
    private const long StepOctets = 4 * 1024 * 1024;

    private readonly StoreContext _store;
    private readonly MailboxPaths _paths;
    private readonly MessageList _live;
    private readonly List<StoredMessage> _copied = [];
    private readonly SharedFile _file;
    private long _end;
    private bool _isOver;

    internal Compaction(StoreContext store, MailboxPaths paths, SharedFile source, MailboxState state)
    {
        (_store, _paths, Source, _live) = (store, paths, source, state.Messages);
        Generation = state.Generation + 1;
        store.Disk.CreateFolder(paths.Folder);
        store.Disk.Delete(paths.NewFile(Generation));
        _file = new SharedFile(
            store.Disk.Open(paths.NewFile(Generation), DiskAccess.CreateNew), paths.Name, isIndex: false);
        source.AddReference();
    }

    /// <summary>All was copied that was there at the beginning.</summary>
    public bool IsCopied { get; private set; }

    internal uint Generation { get; }

    internal SharedFile Source { get; }

    /// <summary>Of the mailbox as it will be; null until <see cref="Complete"/>.</summary>
    internal MailboxState? State { get; private set; }

    internal MailboxIndex? Index { get; private set; }

    internal DiskFile File => _file.File;

    /// <summary>By any thread; reads only what never changes again.</summary>
    /// <param name="isSmall">Without minding the rate.</param>
    /// <param name="cancellation">Ends it at the next step.</param>
    /// <param name="progress">Hears how many octets are copied.</param>
    public void CopyLive(bool isSmall, CancellationToken cancellation, Action<long>? progress = null)
    {
        var (begun, rate) = (_store.Time.GetTimestamp(), isSmall ? 0 : _store.Options.MaxCompactionRate);
        for (var at = 0; at < _live.Length;)
        {
            var (first, octets) = (at, 0L);
            for (; at < _live.Length && octets < StepOctets; at++)
                octets += _live[at].EntryLength;
            Copy([.. Enumerable.Range(first, at - first).Select(index => _live[index])]);
            progress?.Invoke(_end);
            cancellation.ThrowIfCancellationRequested();
            if (rate > 0)
                Pause(TimeSpan.FromSeconds((double)_end / rate) - _store.Time.GetElapsedTime(begun), cancellation);
        }

        File.Flush();
        IsCopied = true;
    }

    /// <summary>Throws the new files away, unless they took the place of the old ones.</summary>
    public void Dispose()
    {
        if (_isOver)
            return;
        Close();
        _file.Release();
        Index?.Dispose();
        try
        {
            // An index whose mailbox file is gone would look as if that had been renamed: it goes first, for good.
            if (Index is not null)
            {
                _store.Disk.Delete(_paths.NewIndex(Generation));
                _store.Disk.FlushFolder(_paths.Folder);
            }

            _store.Disk.Delete(_paths.NewFile(Generation));
        }
        catch (IOException failure)
        {
            _store.Report($"A half-written mailbox file stays until the next start: {failure.Message}");
        }
    }

    /// <summary>
    /// Copies what came since, and makes everything ready to take its place: both files and their names are on stable
    /// storage when this returns.
    /// </summary>
    internal void Complete(MailboxState state)
    {
        var last = _live.IsEmpty ? 0 : _live[^1].Uid;
        Copy([.. state.Messages.Where(message => message.Uid > last)]);
        File.Flush();
        // What was deleted meanwhile was copied; flags that changed meanwhile are those of now.
        var kept = _copied.ToDictionary(message => message.Uid);
        StoredMessage[] messages = [.. state.Messages.Select(now => kept[now.Uid] with
        {
            Flags = now.Flags,
            Keywords = now.Keywords,
            Modseq = now.Modseq,
        })];
        State = new MailboxState
        {
            UidValidity = state.UidValidity,
            UidNext = state.UidNext,
            Modseq = state.Modseq + 1,
            Generation = Generation,
            Keywords = state.Keywords,
            Stat = File.Stat(),
        };
        State.Replace(messages, _end, state.DeadSince);
        Index = MailboxIndex.Prepare(_store, _paths, State);
        _store.Disk.FlushFolder(_paths.Folder);
    }

    /// <summary>The new files take the place of the old ones; from here on they are the mailbox's.</summary>
    internal SharedFile Swap()
    {
        _store.Disk.Rename(_paths.NewFile(Generation), _paths.File);
        _store.Dirty.AddFolder(_paths.MailFolder);
        _store.Disk.Rename(_paths.NewIndex(Generation), _paths.Index);
        _store.Dirty.AddFolder(_paths.Folder);
        Close();
        return _file;
    }

    private static void Pause(TimeSpan time, CancellationToken cancellation)
    {
        if (time > TimeSpan.Zero)
            cancellation.WaitHandle.WaitOne(time);
        cancellation.ThrowIfCancellationRequested();
    }

    private void Close()
    {
        _isOver = true;
        Source.Release();
    }

    private void Copy(ReadOnlySpan<StoredMessage> messages)
    {
        if (messages.IsEmpty)
            return;
        using var writer = new EntryWriter(File, _end, StepOctets);
        var reader = new EntryReader(Source.File);
        for (var i = 0; i < messages.Length;)
        {
            var (first, start) = (i, messages[i].Offset);
            var end = start;
            // Entries that lie behind each other are one range; one without its blank line would swallow the next.
            for (; i < messages.Length && messages[i].Offset == end; i++)
            {
                end = messages[i].End;
                _copied.Add(messages[i] with { Offset = writer.Position + messages[i].Offset - start });
                if (messages[i].PadLength == 0)
                {
                    i++;
                    break;
                }
            }

            writer.Copy(Source.File, start, end - start);
            if (messages[i - 1].PadLength == 0)
                AddLineEnds(reader, writer, messages[i - 1]);
        }

        writer.WriteOut();
        _end = writer.Position;
    }

    private void AddLineEnds(EntryReader reader, EntryWriter writer, in StoredMessage source)
    {
        var lineEnds = AppendChange.LineEnds[..reader.MissingLineEnds(source.Offset, source.End)];
        writer.Write(lineEnds);
        _copied[^1] = _copied[^1] with
        {
            PadLength = lineEnds.Length,
            Checksum = Crc32C.Append(source.Checksum, lineEnds),
        };
    }
}
