using System.Collections.Immutable;
using ActorMail.Storage.Journal;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// A journal record with the parts that mailboxes have in it: all of them happen, or none.
/// </summary>
public sealed class MailboxRecord : JournalRecord
{
    private readonly StoreRecordType _type;
    private readonly ReadOnlyMemory<byte> _head;
    private readonly MessageBody? _body;
    private readonly bool _isInline;
    private int _unfinished;
    private bool _isRefused;

    private MailboxRecord(
        StoreRecordType type, ImmutableArray<MailboxChange> changes, RecordWriter head, MessageBody? body)
    {
        (_type, Changes, _head, _body) = (type, changes, head.Written, body);
        _isInline = type is StoreRecordType.Deliver;
        _unfinished = changes.Length;
        body?.AddReference();
        foreach (var change in changes)
            change.Record = this;
    }

    public ImmutableArray<MailboxChange> Changes { get; }

    internal string? SpoolName => _body?.SpoolName;

    internal override ushort Type => (ushort)_type;

    internal override int Length => _head.Length + (_isInline ? (int)_body!.Length : 0);

    /// <summary>One message for all of the mailboxes that made room for it.</summary>
    public static MailboxRecord Deliver(ImmutableArray<AppendChange> appends)
    {
        var body = appends[0].Body;
        var head = new RecordWriter().Add(appends.Length).Add(body.Length);
        foreach (var append in appends)
        {
            head.AddText(append.Mailbox.Value).Add(append.UidValidity).Add(append.Generation)
                .Add([append.Message]).Add(append.Gap).Add(append.Head.Length).Add(append.Head.Span);
        }

        if (body.SpoolName is not { } spool)
            return new MailboxRecord(StoreRecordType.Deliver, [.. appends], head, body);
        head.AddText(spool);
        return new MailboxRecord(StoreRecordType.DeliverReference, [.. appends], head, body);
    }

    public static MailboxRecord Expunge(ExpungeChange change) => new(
        StoreRecordType.Expunge, [change], Head(change).Add(change.Milliseconds).Add(change.Ranges), null);

    public static MailboxRecord SetFlags(FlagsChange change) => new(
        StoreRecordType.Flags, [change], Head(change).Add(change.Change).Add(change.Ranges), null);

    public static MailboxRecord Compact(CompactChange change) => new(
        StoreRecordType.Compact, [change],
        Head(change).Add(change.Compaction.State!.Generation).Add(change.Inode), null);

    /// <summary>Refuses it without asking the disk; false if that is not possible any more.</summary>
    public bool GiveUp()
    {
        if (!IsInDoubt)
            Refuse();
        return !IsInDoubt;
    }

    internal override bool TryBegin()
    {
        foreach (var change in Changes)
        {
            if (change.Lane.IsBroken || !change.TryBegin())
                return false;
        }

        return true;
    }

    internal override void CopyTo(Span<byte> payload)
    {
        _head.Span.CopyTo(payload);
        if (!_isInline)
            return;
        var at = _head.Length;
        var rest = payload[at..];
        if (_body!.Read(0, rest) != rest.Length)
            throw new IOException("A message that is being delivered is shorter than it was.");
    }

    internal override void Commit()
    {
        _body?.KeepSpool();
        foreach (var change in Changes)
            Segment!.AddUnapplied();
        foreach (var change in Changes)
            change.Commit();
    }

    internal override void Refuse()
    {
        if (_isRefused)
            return;
        _isRefused = true;
        foreach (var change in Changes)
            change.Refuse();
        _body?.Release();
    }

    /// <summary>A mailbox has its part in its files.</summary>
    internal void Applied()
    {
        Segment!.Applied();
        if (Interlocked.Decrement(ref _unfinished) == 0)
            _body?.Release();
    }

    private static RecordWriter Head(MailboxChange change) =>
        new RecordWriter().AddText(change.Mailbox.Value).Add(change.UidValidity).Add(change.Modseq);
}
