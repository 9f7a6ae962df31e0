using System.Globalization;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Files;
using ActorMail.Storage.Journal;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// Brings the mailbox files up to the journal at the start. Nothing is believed before it is on stable storage (R1);
/// what the journal has is written again even where it seems to be there (R2); and every mailbox that it names gets a
/// new index, so that nothing of this start depends on the one before.
/// </summary>
internal sealed class Recovery(StoreContext store, SpoolFolder spool)
{
    /// <summary>Mailbox files that are open at a time.</summary>
    private const int MaxOpen = 512;

    private readonly Dictionary<MailboxName, RecoveringMailbox> _mailboxes = [];
    private int _records;
    private int _unreadable;
    private int _opened;

    /// <summary>Replays the journal; everything is on stable storage when this returns.</summary>
    public void Run(JournalImage journal)
    {
        var began = store.Time.GetTimestamp();
        try
        {
            journal.Replay(record => Prepare(Read(record)));
            foreach (var (name, mailbox) in _mailboxes)
                Guard(name, mailbox.FinishCompactions);
            journal.Replay(record => Replay(Read(record)));
            Finish();
        }
        finally
        {
            foreach (var mailbox in _mailboxes.Values)
                mailbox.Dispose();
            spool.CloseAll();
        }

        foreach (var fault in journal.Faults)
            store.Report(fault);
        if (_unreadable > 0)
            store.Report($"The journal is damaged: {_unreadable} large messages of it are not in the spool folder.");
        if (_records == 0)
            return;
        var took = store.Time.GetElapsedTime(began).TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture);
        store.Report(
            "The server before this one did not end in good order; its journal was written again to the mailboxes "
            + $"(records: {_records}, mailboxes: {_mailboxes.Count}, {took} ms).");
    }

    private StoredRecord Read(RecordImage record) => StoredRecord.Read(record, spool.Open);

    private void Prepare(StoredRecord record)
    {
        if (record is StoredRecord.Compact compact)
            MailboxOf(compact.Mailbox).Expect(compact);
        foreach (var append in (record as StoredRecord.Delivery)?.Appends ?? [])
            MailboxOf(append.Mailbox).Expect(append);
    }

    private void Replay(StoredRecord record)
    {
        _records++;
        switch (record)
        {
            case StoredRecord.Delivery delivery:
                foreach (var append in delivery.Appends)
                    Replay(append, isThere: delivery.Spool is null || append.Spool is not null);
                break;
            case StoredRecord.Expunge expunge:
                Change(expunge.Mailbox, expunge.UidValidity, expunge.Modseq, PendingChanges.Expunge(
                    expunge.UidValidity, expunge.Modseq, expunge.At, expunge.Ranges));
                break;
            case StoredRecord.Flags flags:
                Change(flags.Mailbox, flags.UidValidity, flags.Modseq, PendingChanges.SetFlags(
                    flags.UidValidity, flags.Modseq, flags.Change, flags.Ranges));
                break;
            default:
                break;
        }
    }

    /// <summary>A spool file goes when its messages are flushed; the journal may still name it.</summary>
    private void Replay(AppendImage append, bool isThere)
    {
        var mailbox = MailboxOf(append.Mailbox);
        if (isThere)
            Guard(append.Mailbox, () => mailbox.Append(append));
        else if (!mailbox.Knows(append))
            _unreadable++;
    }

    private void Change(MailboxName name, uint uidValidity, ulong modseq, Action<MailboxState> change)
    {
        var mailbox = MailboxOf(name);
        Guard(name, () => mailbox.Change(uidValidity, modseq, change));
    }

    private RecoveringMailbox MailboxOf(MailboxName name)
    {
        if (++_opened % MaxOpen == 0)
        {
            foreach (var open in _mailboxes.Values)
                open.CloseFile();
        }

        if (!_mailboxes.TryGetValue(name, out var mailbox))
        {
            Guard(name, () => mailbox = new RecoveringMailbox(store, new MailboxPaths(store.Root, name)));
            _mailboxes.Add(name, mailbox!);
        }

        return mailbox!;
    }

    /// <summary>Whoever repairs the data folder must know which mailbox is in the way.</summary>
    private static void Guard(MailboxName name, Action action)
    {
        var what = $"Mailbox {name} cannot be brought up to the journal";
        try
        {
            action();
        }
        catch (StoreFullException fault)
        {
            throw new StoreFullException($"{what}: {fault.Message}", fault);
        }
        catch (IOException fault)
        {
            throw new IOException($"{what}: {fault.Message}", fault);
        }
    }

    private void Finish()
    {
        if (_mailboxes.Count == 0)
            return;
        FlushThreads.ForEach(
            _mailboxes, store.Options.CheckpointThreads, mailbox => Guard(mailbox.Key, mailbox.Value.Finish));
        store.Disk.FlushFolder(MailboxPaths.MailFolderOf(store.Root));
    }
}
