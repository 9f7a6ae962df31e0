using System.Globalization;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes.Transfer;

/// <summary>
/// Takes mail that was kept somewhere else into a mailbox, as deliveries: what counts as imported is in the journal, on
/// stable storage, and UIDs rise in the order of the source. Broken off, it can be begun again: a message that the
/// mailbox has already, counted once for each copy, is passed over.
/// </summary>
public sealed class MailboxImport
{
    private const int MaxBatch = 256;
    private const long MaxBatchOctets = 2 * 1024 * 1024;
    private const string FolderData = "DON'T DELETE THIS MESSAGE";

    private readonly MailStore _store;
    private readonly Mailbox _mailbox;
    private readonly MessageSource _source;
    private readonly ImportOptions _options;
    private readonly Action<string> _refuse;
    private readonly Dictionary<UInt128, int> _known = [];
    private readonly List<(MailboxRecord Record, MessageBody Body)> _batch = [];
    private long _batchOctets;

    private MailboxImport(
        MailStore store, Mailbox mailbox, MessageSource source, ImportOptions options, Action<string> refuse)
    {
        (_store, _mailbox, _source, _options, _refuse) = (store, mailbox, source, options, refuse);
        if (options.TakesDuplicates)
            return;
        foreach (var message in mailbox.View.Messages)
            _known[message.Fingerprint] = _known.GetValueOrDefault(message.Fingerprint) + 1;
    }

    private ImportOutcome Outcome { get; set; } = new();

    /// <summary>Runs to the end of the source, to the first failure of the disk, or until it is cancelled.</summary>
    /// <param name="store">An open store.</param>
    /// <param name="name">The mailbox; one that is not there is made. Nobody else may have it open.</param>
    /// <param name="source">The mail.</param>
    /// <param name="options">How it is taken.</param>
    /// <param name="refuse">Hears of each message that is not taken, and why.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="cancellation">Ends it behind a message; what was taken until then is durable.</param>
    public static ImportOutcome Run(
        MailStore store, MailboxName name, MessageSource source, ImportOptions options, Action<string> refuse,
        Action<ImportOutcome> progress, CancellationToken cancellation)
    {
        using var mailbox = store.OpenMailbox(name);
        var import = new MailboxImport(store, mailbox, source, options, refuse);
        try
        {
            import.TakeAll(progress, cancellation);
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or OperationCanceledException)
        {
            import.Outcome = import.Outcome with { Fault = fault };
        }
        finally
        {
            import.Discard();
        }

        return import.Outcome;
    }

    private void TakeAll(Action<ImportOutcome> progress, CancellationToken cancellation)
    {
        while (_source.Read(Begin) is { } message)
        {
            using (message.Image)
                Take(message);
            if (_batch.Count >= MaxBatch || _batchOctets >= MaxBatchOctets)
                Commit();
            progress(Outcome);
            if (!cancellation.IsCancellationRequested)
                continue;
            Commit();
            cancellation.ThrowIfCancellationRequested();
        }

        Commit();
        progress(Outcome);
    }

    private MessageImage Begin() => new(_store.CreateBody(), _options.MaxMessageSize, _source.HasForeignFields);

    private void Take(SourceMessage message)
    {
        if (IsFolderData(message.Image))
            return;
        Outcome = Outcome with { Read = Outcome.Read + 1 };
        if (message.Fault is { } fault)
            Refuse(message, fault);
        else if (message.Image.IsTooLarge)
            Refuse(message, Invariant($"{message.Image.WireLength} octets, {_options.MaxMessageSize} at most"));
        else if (IsKnown(message.Image.Fingerprint))
            Outcome = Outcome with { Known = Outcome.Known + 1 };
        else
            Reserve(message);
    }

    /// <summary>What some mail servers keep in front of an mbox file is no mail.</summary>
    private bool IsFolderData(MessageImage image) => _source.HasForeignFields && image["X-IMAP"] is not null
        && image["Subject"]?.StartsWith(FolderData, StringComparison.Ordinal) is true;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void Refuse(SourceMessage message, string why)
    {
        Outcome = Outcome with { Refused = Outcome.Refused + 1 };
        var subject = message.Image["Subject"] is { Length: > 0 } text ? $" ({text})" : "";
        _refuse($"{message.Name}{subject}: {why}");
    }

    private bool IsKnown(UInt128 fingerprint)
    {
        if (!_known.TryGetValue(fingerprint, out var count) || count == 0)
            return false;
        _known[fingerprint] = count - 1;
        return true;
    }

    private void Reserve(SourceMessage message)
    {
        var received = _options.DatesFromReceived ? ReceivedDate.Of(message.Image["Received"]) : null;
        var body = message.Image.Complete();
        try
        {
            if (!_store.HasSpaceFor(body.Length))
            {
                throw new StoreFullException(
                    "There is no room on the disk beside the reserve of store.min-free-space.");
            }

            if (!_mailbox.CanReserve)
                throw new IOException("Another program is at work on the mailbox file.");
            var draft = new MessageDraft(
                message.Sender, default, body, received ?? message.At ?? DateTimeOffset.UnixEpoch)
            {
                Flags = message.Flags,
            };
            _batch.Add((MailboxRecord.Deliver([_mailbox.Reserve(draft)]), body));
            _batchOctets += body.Length;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>One flush of the journal for the batch; then its messages are written to the mailbox.</summary>
    private void Commit()
    {
        while (_batch.Count > 0)
        {
            var outcome = _store.Append([.. _batch.Select(it => it.Record)]);
            Settle(outcome.Done);
            if (outcome.Fault is { } fault)
                throw fault;
            if (_mailbox.Unapplied > 0)
                throw new IOException("Another program has the mailbox file locked; the next start writes the rest.");
            if ((outcome.IsFull || _store.JournalBusyShare >= 0.5) && !Checkpoint() && outcome.IsFull)
                throw new IOException("The journal is full, and what it holds cannot be flushed to the mailboxes.");
        }

        _batchOctets = 0;
    }

    private void Settle(int count)
    {
        _ = _mailbox.Settle();
        foreach (var (record, body) in _batch.Take(count))
        {
            body.Dispose();
            if (!record.Changes[0].IsCommitted)
                continue;
            var message = ((AppendChange)record.Changes[0]).Message;
            Outcome = Outcome with
            {
                Imported = Outcome.Imported + 1,
                Octets = Outcome.Octets + message.EntryLength,
            };
        }

        _batch.RemoveRange(0, count);
    }

    private bool Checkpoint()
    {
        var outcome = _store.Checkpoint();
        return outcome.IsComplete && outcome.Freed > 0;
    }

    /// <summary>What never got as far as the journal.</summary>
    private void Discard()
    {
        foreach (var (record, body) in _batch)
        {
            _ = record.GiveUp();
            body.Dispose();
        }

        _batch.Clear();
        _ = _mailbox.Settle();
    }
}
