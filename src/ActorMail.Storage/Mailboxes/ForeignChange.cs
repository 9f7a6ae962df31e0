using System.Collections.Immutable;
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
    /// False if the file is locked. Otherwise everything that was durable is in the file and the index, on stable
    /// storage, when this returns.
    /// </summary>
    public bool Reconcile(MailboxFiles files, MailboxPaths paths, ImmutableArray<MailboxChange> unapplied)
    {
        var isThere = store.Disk.Stat(paths.File) is not null;
        if (!isThere && files.State.End == 0 && unapplied.IsEmpty)
            return true;
        var file = files.OpenFile(isThere ? DiskAccess.ReadWrite : DiskAccess.CreateNew);
        try
        {
            using var held = MailboxFileLock.TryTake(store, file.File, paths.File);
            if (held is null)
                return false;
            Reconcile(files, paths, file, unapplied);
            return true;
        }
        finally
        {
            if (file != files.Content)
                file.Release();
        }
    }

    private void Reconcile(
        MailboxFiles files, MailboxPaths paths, SharedFile file, ImmutableArray<MailboxChange> unapplied)
    {
        var (state, stat) = (files.State, file.File.Stat());
        var messages = state.Messages;
        var found = FoundMailbox.Scan(state, file.File, stat);
        var isSuspect = store.Suspects.ContainsKey(paths.Name);
        if (unapplied.IsEmpty && !isSuspect && stat.Size == state.End && found.SequenceEqual(messages))
        {
            state.Stat = stat;
            files.Renew(state, Adopt(files, file));
            return;
        }

        // What the index has already, because the owner started anew behind it, is pending no more.
        unapplied = unapplied.RemoveAll(change => change is AppendChange append
            && state.Messages.IndexOf(append.Uid) is >= 0 and var index
            && state.Messages[index].Fingerprint == append.Message.Fingerprint);
        StoredMessage[] pending = [.. unapplied.OfType<AppendChange>().Select(append => append.Message)];
        var matched = new FoundMailbox(state, pending, found, file.File, store.Time.GetUtcNow());
        var result = matched.ToState(stat);
        var isAltered = matched.NeedsRewriting || isSuspect;
        var content = isAltered ? Rewrite(paths, matched, result) : Adopt(files, file);
        try
        {
            AddMissing(result, content, paths, state, matched, isEmptied: stat.Size == 0, unapplied);
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
            else
                TakeBack(content, stat.Size);
            throw;
        }

        store.Report(
            $"Mailbox {paths.Name} was changed by another program: {matched.Kept} messages are as they were, "
            + $"{matched.Added} are new, {messages.Length - matched.Kept} are gone"
            + (matched.OrderChanged ? "; their order changed, so it has a new UIDVALIDITY." : "."));
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

    private static void TakeBack(SharedFile content, long size)
    {
        try
        {
            content.File.Truncate(size);
        }
        catch (IOException)
        {
            // What stays there is known again when the file is read the next time.
            return;
        }
    }

    private void AddMissing(
        MailboxState result, SharedFile content, MailboxPaths paths, MailboxState before, FoundMailbox found,
        bool isEmptied, ImmutableArray<MailboxChange> unapplied)
    {
        using var writer = new EntryWriter(content.File, result.End, expectedLength: 64 * 1024);
        var gap = result.End == 0 ? 0 : new EntryReader(content.File).MissingLineEnds(0, result.End);
        List<StoredMessage> messages = [.. result.Messages];
        // A file that somebody emptied was meant to be empty.
        var lost = isEmptied
            ? []
            : readBack(paths).Where(image => before.Messages.IndexOf(image.Message.Uid) >= 0
                && result.Messages.IndexOf(image.Message.Uid) < 0 && image.UidValidity == result.UidValidity);
        foreach (var image in lost)
        {
            Begin();
            messages.Add(image.Message with { Offset = writer.Position });
            image.WriteTo(writer);
        }

        var known = found.KnownUids;
        foreach (var append in unapplied.OfType<AppendChange>())
        {
            if (known.Contains(append.Uid))
                continue;
            Begin();
            messages.Add(append.Message with { Offset = writer.Position });
            append.WriteTo(writer);
        }

        writer.WriteOut();
        var (uidNext, modseq) = (result.UidNext, result.Modseq);
        result.Replace([.. messages.OrderBy(message => message.Uid)], writer.Position, result.DeadSince);
        result.UidNext = Math.Max(uidNext, messages.Count == 0 ? 0 : messages.Max(message => message.Uid) + 1);
        result.Modseq = modseq;
        foreach (var change in unapplied)
            Take(change, result);

        void Begin()
        {
            writer.Write(AppendChange.LineEnds[..gap]);
            gap = 0;
        }
    }

    private static void Take(MailboxChange change, MailboxState result)
    {
        switch (change)
        {
            case ExpungeChange expunge when expunge.UidValidity == result.UidValidity:
                result.Expunge(expunge.Ranges, expunge.Milliseconds, Math.Max(expunge.Modseq, result.Modseq + 1));
                break;
            case FlagsChange flags when flags.UidValidity == result.UidValidity:
                result.SetFlags(flags.Ranges, flags.Change, Math.Max(flags.Modseq, result.Modseq + 1));
                break;
            default:
                break;
        }
    }
}
