using ActorMail.Storage.Files;
using ActorMail.Storage.Mailboxes.Foreign;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// Takes a mailbox file as another program left it: mail that it appended is new, mail that it took out is gone, and
/// everything else keeps its UID, whatever fields the program added to it. What was acknowledged lately and is not in
/// the file any more is put back.
/// </summary>
/// <param name="store">What mailboxes share.</param>
/// <param name="readBack">Gives the messages of a mailbox that only the journal is sure to have.</param>
internal sealed class ForeignChange(
    StoreContext store, Func<MailboxPaths, IReadOnlyList<AppendImage>> readBack)
{
    /// <summary>
    /// Nothing that the index says of the file is to be believed, but the UIDs of what is found there; until it is
    /// done.
    /// </summary>
    public bool IsAnew { get; set; }

    /// <summary>
    /// Of a message in the file that nobody knows: whether it is what a crash left of one that will be put back.
    /// </summary>
    public Func<StoredMessage, bool> IsTorn { get; init; } = _ => false;

    /// <summary>Hears how many octets of the file were read.</summary>
    public Action<long>? Progress { get; init; }

    /// <summary>What became of the messages, the last time that something did.</summary>
    public (int Kept, int Added, int Gone, bool OrderChanged) Outcome { get; private set; }

    /// <summary>
    /// False if the file is locked. Otherwise everything that was durable is in the file and the index, on stable
    /// storage, when this returns.
    /// </summary>
    public bool Reconcile(MailboxFiles files, MailboxPaths paths, PendingChanges pending)
    {
        var isThere = store.Disk.Stat(paths.File) is not null;
        if (!isThere && files.State.End == 0 && pending.IsEmpty)
        {
            IsAnew = false;
            return true;
        }

        var file = files.OpenFile(isThere ? DiskAccess.ReadWrite : DiskAccess.CreateNew);
        try
        {
            using var held = MailboxFileLock.TryTake(store, file.File, paths.File);
            if (held is null)
                return false;
            Reconcile(files, paths, file, pending);
            IsAnew = false;
            return true;
        }
        finally
        {
            if (file != files.Content)
                file.Release();
        }
    }

    private void Reconcile(
        MailboxFiles files, MailboxPaths paths, SharedFile file, PendingChanges pending)
    {
        var (state, stat) = (files.State, file.File.Stat());
        var messages = state.Messages;
        var found = IsAnew
            ? FoundMailbox.ScanAnew(state, file.File, stat, Progress)
            : FoundMailbox.Scan(state, file.File, stat);
        var isSuspect = store.Suspects.ContainsKey(paths.Name);
        if (pending.IsEmpty && !isSuspect && stat.Size == state.End && found.SequenceEqual(state.InFileOrder()))
        {
            state.Stat = stat;
            files.Renew(state, Adopt(files, file));
            return;
        }

        // What the index has already, because the owner started anew behind it, is pending no more.
        var appends = pending.Appends.Where(append => !messages.Has(append.Message)).ToList();
        var fingerprints = messages.Concat(appends.Select(append => append.Message))
            .Select(message => message.Fingerprint).ToHashSet();
        found.RemoveAll(message => !fingerprints.Contains(message.Fingerprint) && IsTorn(message));
        var matched = new FoundMailbox(
            state, [.. appends.Select(append => append.Message)], found, file.File, store.Time.GetUtcNow());
        var result = matched.ToState(stat);
        List<IEntrySource> lost = stat.Size == 0 ? [] : [.. Lost(paths, state, matched)];
        List<IEntrySource> missing = [.. lost, .. appends.Where(append => !matched.Has(append.Message.Uid))];
        // Nothing is written into a file that is not as we know it: a crash would leave a part that nobody can tell.
        var isAltered = matched.NeedsRewriting || isSuspect || missing.Count > 0;
        var content = isAltered ? Rewrite(paths, matched, result) : Adopt(files, file);
        try
        {
            AddMissing(result, content, missing);
            foreach (var change in pending.Others)
                change(result);
            if (matched.OrderChanged)
                result.Renumber(store.Time.GetUtcNow());
            Flush(content);
            result.Stat = content.File.Stat();
            if (isAltered)
                Replace(files, paths, result, content);
            else
                files.Renew(result, content);
        }
        catch
        {
            if (isAltered)
                content.Release();
            throw;
        }

        Outcome = (matched.Kept, matched.Added, messages.Length - matched.Kept - lost.Count, matched.OrderChanged);
        if (IsAnew)
            return;
        store.Report(
            $"Mailbox {paths.Name} was changed by another program. Messages as they were: {matched.Kept}, new: "
            + $"{matched.Added}, gone: {Outcome.Gone}, put back because they had just come: {lost.Count}."
            + (matched.OrderChanged ? " Their order changed, so it has a new UIDVALIDITY." : ""));
    }

    /// <summary>The file that is open already is kept, so that those who read it and we have the same.</summary>
    private static SharedFile Adopt(MailboxFiles files, SharedFile file) =>
        files.Content is { } content && content.File.Stat().IsSameFile(file.File.Stat()) ? content : file;

    /// <summary>Writes the messages as we know them into a new file, without the fields that were added.</summary>
    private SharedFile Rewrite(MailboxPaths paths, FoundMailbox matched, MailboxState result)
    {
        var path = paths.NewFile(result.Generation);
        store.Disk.CreateFolder(paths.Folder);
        store.Disk.Delete(path);
        var file = store.Disk.Open(path, DiskAccess.CreateNew);
        try
        {
            matched.WriteTo(file, result);
            return new SharedFile(file, paths.Name, isIndex: false);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The index lies ready, for good, before the new file takes the place of the old one: a start that finds one but
    /// not the other finishes it.
    /// </summary>
    private void Replace(MailboxFiles files, MailboxPaths paths, MailboxState result, SharedFile content)
    {
        var index = MailboxIndex.Prepare(store, paths, result);
        store.Disk.FlushFolder(paths.Folder);
        store.Disk.Rename(paths.NewFile(result.Generation), paths.File);
        store.Disk.FlushFolder(paths.MailFolder);
        files.Renew(result, content, index);
        result.Stat = store.Disk.Stat(paths.File);
        store.Suspects.TryRemove(paths.Name, out _);
    }

    private void Flush(SharedFile content)
    {
        try
        {
            content.File.Flush();
        }
        catch (IOException)
        {
            store.Suspects.TryAdd(content.Owner, true);
            throw;
        }
    }

    /// <summary>
    /// What only the journal is sure to have, and the file has not any more. In a file that somebody emptied nothing
    /// counts as lost: it was meant to be empty.
    /// </summary>
    private IEnumerable<IEntrySource> Lost(MailboxPaths paths, MailboxState before, FoundMailbox found) =>
        readBack(paths).Where(image => image.UidValidity == before.UidValidity
            && before.Messages.Has(image.Message) && !found.Has(image.Message.Uid));

    private static void AddMissing(MailboxState result, SharedFile content, List<IEntrySource> entries)
    {
        if (entries.Count == 0)
            return;
        using var writer = new EntryWriter(content.File, result.End, expectedLength: 64 * 1024);
        var gap = result.End == 0 ? 0 : new EntryReader(content.File).MissingLineEnds(0, result.End);
        writer.Write(AppendChange.LineEnds[..gap]);
        List<StoredMessage> messages = [.. result.Messages];
        foreach (var entry in entries)
        {
            messages.Add(entry.Message with { Offset = writer.Position });
            entry.WriteTo(writer);
        }

        writer.WriteOut();
        result.Replace([.. messages.OrderBy(message => message.Uid)], writer.Position, result.DeadSince);
        result.UidNext = Math.Max(result.UidNext, messages.Max(message => message.Uid) + 1);
    }
}
