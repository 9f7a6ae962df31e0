using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// One mailbox during the replay of the journal. Where another program has written to the file meanwhile, so that the
/// places in the journal are not ours any more, nothing is written there: the messages go behind what is in the file.
/// </summary>
internal sealed class RecoveringMailbox : IDisposable
{
    private readonly StoreContext _store;
    private readonly MailboxPaths _paths;
    private readonly List<AppendImage> _appended = [];
    private MailboxState? _state;
    private DiskFile? _file;
    private bool _isTouched;
    private bool _isChecked;
    private bool _isVerified;
    private bool _isForeign;

    public RecoveringMailbox(StoreContext store, MailboxPaths paths)
    {
        (_store, _paths) = (store, paths);
        MailboxIndex.FinishReplacement(store, paths);
        _state = MailboxIndex.Load(store.Disk, paths);
    }

    /// <summary>
    /// A compaction whose record is durable is finished: as far as it got, its files are there under one name or the
    /// other.
    /// </summary>
    public void FinishCompaction(StoredRecord.Compact compact)
    {
        // The first index of a mailbox may be lost to the power cut; then the new one is the only one.
        if (_state is { } state
            && (state.Generation >= compact.Generation || state.UidValidity != compact.UidValidity))
        {
            return;
        }

        var (newFile, newIndex) = (_paths.NewFile(compact.Generation), _paths.NewIndex(compact.Generation));
        if (_store.Disk.Stat(newIndex) is null)
            return;
        if (_store.Disk.Stat(newFile) is not null)
            _store.Disk.Rename(newFile, _paths.File);
        else if (_store.Disk.Stat(_paths.File)?.Inode != compact.Inode)
            return;
        _store.Disk.FlushFolder(_paths.MailFolder);
        _store.Disk.Rename(newIndex, _paths.Index);
        _store.Disk.FlushFolder(_paths.Folder);
        _state = MailboxIndex.Load(_store.Disk, _paths);
        // The rename moved the time of the inode.
        if (_state is not null && _store.Disk.Stat(_paths.File) is { } stat && stat.Size == _state.End)
            _state.Stat = stat;
    }

    /// <summary>Whether the index has it already, or a later layout of the file.</summary>
    public bool Knows(AppendImage append) => _state is { } state
        && (append.Message.Modseq <= state.Modseq || append.Generation < state.Generation);

    public void Append(AppendImage append)
    {
        _state ??= new MailboxState
        {
            UidValidity = append.UidValidity,
            UidNext = append.Message.Uid,
            Generation = append.Generation,
        };
        if (append.Generation != _state.Generation || append.UidValidity != _state.UidValidity)
            return;
        Check(append);
        if (_isForeign || (append.Message.Modseq > _state.Modseq && IsAnothersAt(append.Message.Offset, append)))
        {
            _isForeign = true;
            if (append.Message.Modseq > _state.Modseq)
                _appended.Add(append);
            return;
        }

        using (var writer = new EntryWriter(File(), append.Message.Offset - append.Gap, append.Message.EntryLength))
        {
            writer.Write(AppendChange.LineEnds[..append.Gap]);
            append.WriteTo(writer);
            writer.WriteOut();
        }

        if (append.Message.Modseq > _state.Modseq)
            _state.Append([append.Message]);
    }

    public void Expunge(StoredRecord.Expunge expunge)
    {
        if (_state is null || expunge.UidValidity != _state.UidValidity || expunge.Modseq <= _state.Modseq)
            return;
        _appended.RemoveAll(append => expunge.Ranges.Any(
            range => append.Message.Uid >= range.First && append.Message.Uid <= range.Last));
        _state.Expunge(expunge.Ranges, expunge.At, expunge.Modseq);
    }

    public void SetFlags(StoredRecord.Flags flags)
    {
        if (_state is not null && flags.UidValidity == _state.UidValidity && flags.Modseq > _state.Modseq)
            _state.SetFlags(flags.Ranges, flags.Change, flags.Modseq);
    }

    /// <summary>Cuts off what is nobody's, and puts file and index on stable storage.</summary>
    public void Finish()
    {
        if (_state is null)
            return;
        if (_isTouched || _file is not null)
        {
            if (_appended.Count > 0)
                AddBehindOthers();
            File().Flush();
            // Where only the ends were compared, the next one who opens the mailbox looks at every message.
            _state.Stat = _isVerified && !_isForeign && File().Stat() is { } stat && stat.Size == _state.End
                ? stat
                : null;
        }

        MailboxIndex.Replace(_store, _paths, _state).Dispose();
        _store.Disk.FlushFolder(_paths.Folder);
        DeleteTemporaries();
    }

    /// <summary>Lets go of the file; it is opened again when it is needed.</summary>
    public void CloseFile()
    {
        _file?.Dispose();
        (_file, _isTouched) = (null, _isTouched || _file is not null);
    }

    public void Dispose() => CloseFile();

    private DiskFile File() => _file ??= _store.Disk.Stat(_paths.File) is null
        ? _store.Disk.Open(_paths.File, DiskAccess.CreateNew)
        : _store.Disk.Open(_paths.File, DiskAccess.ReadWrite);

    /// <summary>
    /// Before the first octet is written: a file whose stat is the one that we recorded was touched by nobody else. One
    /// that is not must still have what stood there before the journal's first record.
    /// </summary>
    private void Check(AppendImage first)
    {
        if (_isChecked)
            return;
        _isChecked = true;
        var stat = File().Stat();
        _isVerified = stat == _state!.Stat || stat.Size == 0;
        if (_isVerified)
            return;
        var before = _state.Messages.Span;
        var last = before.Length - 1;
        while (last >= 0 && before[last].Uid >= first.Message.Uid)
            last--;
        _isForeign = last >= 0
            ? !new EntryReader(File()).IsIntact(before[last])
            : IsAnothersAt(first.Message.Offset, first);
    }

    /// <summary>
    /// Whether the file has the beginning of a message there that is not the one of the journal. Ours, half written,
    /// has its own beginning, or none.
    /// </summary>
    private bool IsAnothersAt(long offset, AppendImage ours)
    {
        Span<byte> there = stackalloc byte[FromLine.MaxLength];
        there = there[..File().Read(there, offset)];
        if (!FromLine.IsAt(there, out var length, out _))
            return false;
        return !ours.Head.Span.StartsWith(there[..length]);
    }

    private void AddBehindOthers()
    {
        var end = File().Stat().Size;
        var gap = end == 0 ? 0 : new EntryReader(File()).MissingLineEnds(0, end);
        using var writer = new EntryWriter(File(), end, expectedLength: 64 * 1024);
        var found = MboxScanner.Scan(File(), 0, File().Stat());
        foreach (var append in _appended)
        {
            // A start that broke off, or the server before it, may have come as far as this already.
            var there = found.FindIndex(message => message.Fingerprint == append.Message.Fingerprint
                && message.ContentChecksum == append.Message.ContentChecksum
                && !_state!.Messages.Any(known => known.Fingerprint == message.Fingerprint));
            if (there >= 0)
            {
                _state!.Append([append.Message with { Offset = found[there].Offset }]);
                continue;
            }

            writer.Write(AppendChange.LineEnds[..gap]);
            gap = 0;
            // Where it stands is read from the file when the mailbox is opened; its fingerprint keeps its UID.
            _state!.Append([append.Message with { Offset = writer.Position }]);
            append.WriteTo(writer);
        }

        writer.WriteOut();
    }

    private void DeleteTemporaries()
    {
        var temporaries = _store.Disk.List(_paths.Folder).Where(MailboxPaths.IsTemporary).ToList();
        if (temporaries.Count == 0)
            return;
        // Indexes first, for good: one whose mailbox file is gone would look as if that had been renamed (R4).
        temporaries.FindAll(MailboxPaths.IsNewIndex).ForEach(name => _store.Disk.Delete(_paths.InFolder(name)));
        _store.Disk.FlushFolder(_paths.Folder);
        temporaries.FindAll(MailboxPaths.IsNewFile).ForEach(name => _store.Disk.Delete(_paths.InFolder(name)));
    }
}
