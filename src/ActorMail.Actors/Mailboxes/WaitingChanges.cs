namespace ActorMail.Actors.Mailboxes;

/// <summary>What a mailbox was asked for and has not begun: deletions first, then deliveries as they came.</summary>
internal sealed class WaitingChanges
{
    private readonly LinkedList<QueuedAppend> _appends = [];
    private readonly Queue<QueuedExpunge> _expunges = [];

    public int Deliveries => _appends.Count;

    public bool IsEmpty => _appends.Count == 0 && _expunges.Count == 0;

    public void Add(QueuedAppend append) => _appends.AddLast(append);

    public void Add(QueuedExpunge expunge) => _expunges.Enqueue(expunge);

    public QueuedExpunge? TakeExpunge() => _expunges.TryDequeue(out var expunge) ? expunge : null;

    public QueuedAppend? TakeAppend() => Take(_appends.First?.Value);

    public QueuedAppend? TakeAppend(string deliveryId) =>
        Take(_appends.FirstOrDefault(append => append.Id == deliveryId));

    private QueuedAppend? Take(QueuedAppend? append)
    {
        if (append is not null)
            _appends.Remove(append);
        return append;
    }
}
