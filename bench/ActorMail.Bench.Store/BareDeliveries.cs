using System.Diagnostics;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Bench.Store;

/// <summary>
/// The store without actors: one thread has all mailboxes, and as many deliveries under way as there are writers.
/// </summary>
internal sealed class BareDeliveries : IDeliveries
{
    private readonly MailStore _store;
    private readonly Letter _letter;
    private readonly Mailbox[] _mailboxes;
    private readonly int _writers;
    private readonly Random _random = new(1);
    private Task<CheckpointOutcome>? _checkpoint;

    public BareDeliveries(MailStore store, Letter letter, int mailboxes, int writers)
    {
        (_store, _letter, _writers) = (store, letter, writers);
        _mailboxes = [.. Enumerable.Range(0, mailboxes).Select(number => store.OpenMailbox(Letter.MailboxOf(number)))];
    }

    public Task<long> Run(TimeSpan time) => Task.Factory.StartNew(
        () => RunAlone(time), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public ValueTask DisposeAsync()
    {
        foreach (var mailbox in _mailboxes)
            mailbox.Dispose();
        _store.Dispose();
        return ValueTask.CompletedTask;
    }

    private long RunAlone(TimeSpan time)
    {
        var (start, count) = (Stopwatch.GetTimestamp(), 0L);
        HashSet<Mailbox> concerned = [];
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            List<MailboxRecord> records = [];
            List<MessageDraft> drafts = [];
            for (var i = 0; i < _writers; i++)
            {
                var mailbox = _mailboxes[_random.Next(_mailboxes.Length)];
                var draft = _letter.Draft(_store);
                drafts.Add(draft);
                records.Add(MailboxRecord.Deliver([mailbox.Reserve(draft)]));
                concerned.Add(mailbox);
            }

            Append(records);
            foreach (var mailbox in concerned)
                count += mailbox.Settle().Count(change => change.IsCommitted);
            concerned.Clear();
            drafts.ForEach(draft => draft.Body.Dispose());
        }

        return count;
    }

    private void Append(List<MailboxRecord> records)
    {
        while (records.Count > 0)
        {
            var outcome = _store.Append(records);
            records.RemoveRange(0, outcome.Done);
            if (_checkpoint is { IsCompleted: true } ended)
            {
                _checkpoint = null;
                ended.GetAwaiter().GetResult();
            }

            if (outcome.IsFull || _store.JournalBusyShare >= 0.5)
                _checkpoint ??= Task.Run(_store.Checkpoint);
            if (outcome.IsFull)
                _checkpoint!.GetAwaiter().GetResult();
        }
    }
}
