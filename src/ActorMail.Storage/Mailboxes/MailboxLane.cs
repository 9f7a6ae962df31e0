namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// What is under way between one mailbox and the journal. It outlives the mailbox's owner: one that fails and starts
/// anew finds here what was promised in its name. Settled by the journal's thread, everything else by the owner.
/// </summary>
internal sealed class MailboxLane
{
    private readonly Lock _lock = new();
    private readonly List<MailboxChange> _open = [];
    private readonly Queue<MailboxChange> _settled = [];
    private volatile bool _isBroken;

    /// <summary>
    /// A change was refused, so those behind it stand at wrong places: they are refused as well, until nothing is
    /// under way any more.
    /// </summary>
    public bool IsBroken => _isBroken;

    /// <summary>Changes that are durable and not written yet, in order. The owner's alone.</summary>
    public List<MailboxChange> Unapplied { get; } = [];

    /// <summary>Nothing is in the journal's hands, or comes from there.</summary>
    public bool IsQuiet
    {
        get
        {
            lock (_lock)
                return _open.Count == 0 && _settled.Count == 0;
        }
    }

    /// <summary>Nothing is under way, up to the mailbox file. For the owner.</summary>
    public bool IsEmpty => IsQuiet && Unapplied.Count == 0;

    /// <summary>What the journal has in its hands, or has made durable and nobody has taken; in order.</summary>
    public IReadOnlyList<MailboxChange> ListUnderWay()
    {
        lock (_lock)
            return [.. _settled.Where(change => change.IsCommitted), .. _open];
    }

    public void Begin(MailboxChange change)
    {
        lock (_lock)
            _open.Add(change);
    }

    /// <summary>By the journal: what became of the change.</summary>
    public void Settle(MailboxChange change)
    {
        lock (_lock)
        {
            _isBroken |= !change.IsCommitted;
            _open.Remove(change);
            _settled.Enqueue(change);
        }
    }

    /// <summary>Takes a change back that did not get as far as the journal; false if it did.</summary>
    public bool TryCancel(MailboxChange change)
    {
        if (!change.TryCancel())
            return false;
        lock (_lock)
            _open.Remove(change);
        return true;
    }

    /// <summary>The next change that the journal has settled; null if there is none.</summary>
    public MailboxChange? Take()
    {
        lock (_lock)
            return _settled.TryDequeue(out var change) ? change : null;
    }

    /// <summary>
    /// A new owner lets go of what the journal has not begun with; it counts as settled, so that whoever asked for it
    /// hears. The last one first: the journal must not begin with one whose predecessor is gone.
    /// </summary>
    public void CancelOpen()
    {
        List<MailboxChange> open;
        lock (_lock)
            open = [.. _open];
        open.Reverse();
        foreach (var change in open.Where(TryCancel))
        {
            lock (_lock)
                _settled.Enqueue(change);
        }
    }

    /// <summary>Nothing that stands behind a refused change is under way any more.</summary>
    public bool TryMend()
    {
        lock (_lock)
        {
            if (_open.Count > 0 || _settled.Count > 0)
                return false;
            _isBroken = false;
            return true;
        }
    }
}
