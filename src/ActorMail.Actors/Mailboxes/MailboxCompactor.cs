using ActorMail.Protocols.Mail;
using ActorMail.Storage.Mailboxes;
using Akka.Actor;
using Akka.Event;

namespace ActorMail.Actors.Mailboxes;

/// <summary>
/// Takes the octets of deleted messages out of the mailbox file, one compaction at a time, and lets those who deleted
/// from a small mailbox wait for it. A part of the mailbox actor, in whose turns it runs.
/// </summary>
/// <param name="name">The mailbox.</param>
/// <param name="owner">The actor.</param>
/// <param name="submit">Gives a record to the journal.</param>
/// <param name="answer">Says that a deletion is done.</param>
/// <param name="log">Of the actor.</param>
internal sealed class MailboxCompactor(
    MailboxName name,
    IActorRef owner,
    Action<MailboxRecord> submit,
    Action<QueuedExpunge> answer,
    ILoggingAdapter log)
{
    private readonly List<QueuedExpunge> _waiting = [];
    private MailboxCompaction? _compaction;

    public bool IsBusy => _compaction is not null;

    /// <summary>While a copied compaction waits for its turn, nothing new begins.</summary>
    public bool HoldsBack => _compaction is { IsCopied: true };

    /// <summary>The deletion is durable; it is answered when its octets are gone, or will be later.</summary>
    public void Add(QueuedExpunge expunge) => _waiting.Add(expunge);

    /// <summary>The deletion is durable by now; that its octets leave the file later is no failure of it.</summary>
    public void Advance(Mailbox mailbox, bool mayBegin)
    {
        try
        {
            var need = _compaction is null && mayBegin ? mailbox.CompactionNeed : CompactionNeed.None;
            // Who deleted from a large mailbox does not wait for its octets to go, nor until that begins.
            if (need is not CompactionNeed.AtOnce && !HoldsBack)
                AnswerWaiting();
            if (need is not CompactionNeed.None && mailbox.BeginCompaction() is { } job)
            {
                _compaction = new MailboxCompaction(job);
                _compaction.Begin(need is CompactionNeed.AtOnce, owner);
            }

            if (_compaction is { IsCopied: true, IsSubmitted: false } && mailbox.IsIdle)
                Submit(mailbox, _compaction);
        }
        catch (Exception error) when (StoreFailure.Is(error))
        {
            Fail(error.Message);
        }

        if (!HoldsBack)
            AnswerWaiting();
    }

    /// <summary>The copying ended. True if there is something to go on with.</summary>
    public bool Take(object end)
    {
        switch (end)
        {
            case MailboxCompaction.Copied copied when copied.Of == _compaction:
                _compaction.IsCopied = true;
                return true;
            case MailboxCompaction.CopyFailed failed when failed.Of == _compaction:
                Fail(failed.Reason);
                return false;
            default:
                return false;
        }
    }

    /// <summary>The journal has settled it, and so has the mailbox.</summary>
    public void TakeSettled(MailboxCompaction compaction, bool isCommitted)
    {
        if (compaction != _compaction)
            return;
        if (isCommitted)
            End();
        else
            Fail("the journal refused it");
    }

    /// <summary>The mailbox is opened anew.</summary>
    public void Abandon(string reason)
    {
        if (_compaction is not null)
            Fail(reason);
        else
            AnswerWaiting();
    }

    /// <summary>The actor stops.</summary>
    public void Stop()
    {
        _compaction?.Abandon();
        _waiting.ForEach(expunge => expunge.Settle(isCommitted: true));
    }

    private void Submit(Mailbox mailbox, MailboxCompaction compaction)
    {
        if (mailbox.ReserveCompaction(compaction.Job) is not { } change)
        {
            Fail("the mailbox file was changed meanwhile");
            return;
        }

        (change.Origin, compaction.IsSubmitted) = (compaction, true);
        submit(MailboxRecord.Compact(change));
    }

    private void Fail(string reason)
    {
        log.Warning("{Mailbox} was not compacted: {Reason}", name, reason);
        _compaction?.Abandon();
        End();
    }

    private void End()
    {
        _compaction = null;
        AnswerWaiting();
    }

    private void AnswerWaiting()
    {
        _waiting.ForEach(answer);
        _waiting.Clear();
    }
}
