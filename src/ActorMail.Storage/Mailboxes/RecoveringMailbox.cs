using ActorMail.Storage.Files;
using ActorMail.Storage.Mailboxes.Foreign;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// One mailbox during the replay of the journal. Where another program has written to the file meanwhile, so that the
/// places in the journal are not ours any more, nothing is written there: file and journal are compared.
/// </summary>
internal sealed class RecoveringMailbox : IDisposable
{
    private const int MaxAttempts = 40;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(50);

    private readonly StoreContext _store;
    private readonly MailboxPaths _paths;
    private readonly List<Place> _places = [];
    private readonly List<StoredRecord.Compact> _compactions = [];
    private readonly List<AppendImage> _images = [];
    private readonly List<Action<MailboxState>> _others = [];
    private MailboxState? _state;
    private DiskFile? _file;
    private MailboxFileLock? _held;
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

    /// <summary>Where a record will be written, as far as its layout of the file is still in force.</summary>
    public void Expect(AppendImage append) => _places.Add(new Place(
        append.UidValidity, append.Generation, append.Message.Offset, append.Message.End, append.Head));

    public void Expect(StoredRecord.Compact compact) => _compactions.Add(compact);

    /// <summary>
    /// Finishes compactions whose records are durable: as far as they got, their files are there under one name or the
    /// other. They decide which file and index the other records are about.
    /// </summary>
    public void FinishCompactions()
    {
        foreach (var compact in _compactions)
            Finish(compact);
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
        Check(_state);
        if (_isForeign)
        {
            _images.Add(append);
            return;
        }

        append.WriteInPlace(File());
        if (append.Message.Modseq > _state.Modseq)
            _state.Append([append.Message]);
    }

    /// <summary>A deletion or flags, unless the index has them already.</summary>
    public void Change(uint uidValidity, ulong modseq, Action<MailboxState> change)
    {
        if (_state is null || uidValidity != _state.UidValidity || modseq <= _state.Modseq)
            return;
        Check(_state);
        if (_isForeign)
            _others.Add(change);
        else
            change(_state);
    }

    /// <summary>Puts file and index on stable storage.</summary>
    public void Finish()
    {
        if (_state is null)
            return;
        if (_isForeign)
            Reconcile();
        else
            FinishOwn();
        MailboxIndex.DeleteLeftovers(_store, _paths);
    }

    /// <summary>Lets go of the file; it is opened again when it is needed.</summary>
    public void CloseFile()
    {
        _held?.Dispose();
        _held = null;
        _file?.Dispose();
        (_file, _isTouched) = (null, _isTouched || _file is not null);
    }

    public void Dispose() => CloseFile();

    private DiskFile File()
    {
        if (_file is not null)
            return _file;
        var access = _store.Disk.Stat(_paths.File) is null ? DiskAccess.CreateNew : DiskAccess.ReadWrite;
        _file = _store.Disk.Open(_paths.File, access);
        for (var attempt = 1; _held is null && attempt <= MaxAttempts; attempt++)
        {
            _held = MailboxFileLock.TryTake(_store, _file, _paths.File);
            if (_held is null)
                CancellationToken.None.WaitHandle.WaitOne(RetryAfter);
        }

        if (_held is null)
            _store.Report($"Mailbox {_paths.Name} is locked by another program, and is written to all the same.");
        return _file;
    }

    private void Finish(StoredRecord.Compact compact)
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
        {
            if (IsOvertaken(compact))
            {
                MailboxIndex.DeleteLeftovers(_store, _paths);
                return;
            }

            _store.Disk.Rename(newFile, _paths.File);
        }
        else if (_store.Disk.Stat(_paths.File)?.Inode != compact.Inode)
        {
            return;
        }

        _store.Disk.FlushFolder(_paths.MailFolder);
        _store.Disk.Rename(newIndex, _paths.Index);
        _store.Disk.FlushFolder(_paths.Folder);
        _state = MailboxIndex.Load(_store.Disk, _paths);
        // The rename moved the time of the inode.
        if (_state is not null && _store.Disk.Stat(_paths.File) is { } stat && stat.Size == _state.End)
            _state.Stat = stat;
    }

    /// <summary>
    /// Another program wrote to the old file before the new one took its place, which nothing in the journal needs.
    /// </summary>
    private bool IsOvertaken(StoredRecord.Compact compact)
    {
        // The power cut may have taken the first index; then the journal has everything that was in it.
        var old = _state ?? new MailboxState { UidValidity = compact.UidValidity, Generation = compact.Generation - 1 };
        if (_store.Disk.Stat(_paths.File) is not { } stat || stat == old.Stat
            || (_state is null && !PlacesIn(old).Any()))
        {
            return false;
        }

        return !_places.Exists(it => it.UidValidity == compact.UidValidity && it.Generation >= compact.Generation)
            && (stat.Size > EndOf(old) || HasStrangers(old, stat.Size));
    }

    private long EndOf(MailboxState state) =>
        PlacesIn(state).Select(place => place.End).Append(state.End).Max();

    private IEnumerable<Place> PlacesIn(MailboxState state) => _places.Where(
        place => place.Generation == state.Generation && place.UidValidity == state.UidValidity);

    /// <summary>
    /// Before anything is done: a file whose stat is the one that we recorded was touched by nobody else. One that is
    /// not must still have what stood there before the journal's first message, and no message behind it but those of
    /// the journal, each at its place.
    /// </summary>
    private void Check(MailboxState state)
    {
        if (_isChecked)
            return;
        _isChecked = true;
        var stat = _store.Disk.Stat(_paths.File);
        var size = stat?.Size ?? 0;
        _isVerified = (stat == state.Stat || size == 0) && !LacksMail(state, size);
        if (!_isVerified)
            _isForeign = LacksMail(state, size) || HasStrangers(state, size);
    }

    /// <summary>
    /// The file ends in front of the journal's first message: somebody cut or emptied it, or it is a copy that was
    /// taken while the server ran. Nothing is written behind a hole.
    /// </summary>
    private bool LacksMail(MailboxState state, long size) =>
        PlacesIn(state).Select(place => place.Offset).DefaultIfEmpty().Min() > size + AppendChange.LineEnds.Length;

    private bool HasStrangers(MailboxState state, long size)
    {
        var places = PlacesIn(state).DistinctBy(place => place.Offset).ToDictionary(place => place.Offset);
        if (places.Count == 0)
            return size != state.End || !state.Messages.All(message => new EntryReader(File()).IsIntact(message));
        var (first, end) = (places.Keys.Min(), places.Values.Max(place => place.End));
        if (state.Messages.Where(message => message.End <= first).ToList() is { Count: > 0 } before
            && !new EntryReader(File()).IsIntact(before.MaxBy(message => message.End)))
        {
            return true;
        }

        var starts = first < size ? MboxScanner.FindStarts(File(), first, Math.Min(end, size)) : [];
        return starts.Exists(start => IsAnothersAt(start, places.GetValueOrDefault(start)?.Head))
            || (size > end && !new EntryReader(File()).IsEntryAt(end));
    }

    /// <summary>
    /// Whether the file has the beginning of a message there that is not the one of the journal. Ours, half written,
    /// has its own beginning, or none.
    /// </summary>
    private bool IsAnothersAt(long offset, ReadOnlyMemory<byte>? ours)
    {
        Span<byte> there = stackalloc byte[FromLine.MaxLength];
        there = there[..File().Read(there, offset)];
        return FromLine.IsAt(there, out var length, out _) && ours?.Span.StartsWith(there[..length]) is not true;
    }

    /// <summary>What a crash or a bad disk left of one of ours: its own beginning, or a piece without any.</summary>
    private bool IsRestOf(Place place, StoredMessage found) => found.Offset == place.Offset
        ? !IsAnothersAt(found.Offset, place.Head)
        : found.FromLength == 0 && found.Offset > place.Offset && found.Offset < place.End;

    /// <summary>Takes the file as another program left it, with what it has not of the journal's messages.</summary>
    private void Reconcile()
    {
        CloseFile();
        using var files = new MailboxFiles(_store, _paths, _state!);
        files.Open(index: null);
        var places = PlacesIn(_state!).ToList();
        var foreign = new ForeignChange(_store, _ => _images)
        {
            IsTorn = message => places.Exists(place => IsRestOf(place, message)),
        };
        var pending = new PendingChanges(
            _images.FindAll(append => append.Message.Modseq > _state!.Modseq), _others);
        for (var attempt = 1; !foreign.Reconcile(files, _paths, pending); attempt++)
        {
            if (attempt == MaxAttempts)
                throw new IOException($"Mailbox {_paths.Name} is to be repaired, and another program has it locked.");
            CancellationToken.None.WaitHandle.WaitOne(RetryAfter);
        }
    }

    private void FinishOwn()
    {
        if (_isTouched || _file is not null)
        {
            File().Flush();
            // Where only some of it was compared, the next one who opens the mailbox looks at every message.
            _state!.Stat = _isVerified && File().Stat() is { } stat && stat.Size == _state.End ? stat : null;
        }

        MailboxIndex.Replace(_store, _paths, _state!).Dispose();
        _store.Disk.FlushFolder(_paths.Folder);
    }

    /// <summary>Where an entry of the journal stands in the file, and how it begins.</summary>
    private sealed record Place(
        uint UidValidity, uint Generation, long Offset, long End, ReadOnlyMemory<byte> Head);
}
