using System.Collections.Immutable;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Mailboxes;
using Akka.Actor;
using Akka.Event;

namespace ActorMail.Actors.Mailboxes;

/// <summary>
/// Puts one message into all of its mailboxes or into none. One recipient needs no agreement. Several are reserved one
/// after the other in ordinal order of their names, so that two deliveries never wait for each other, and then go into
/// the journal as one record, which is durable as a whole or not at all.
/// <code>
/// one recipient:  Reserve(alone) --Committed--> MessageDelivered
/// several:        Reserve --Reserved--> next Reserve ... --all--> Append --all Committed--> MessageDelivered
/// any Refused:    Abort the others --all have answered--> DeliveryFailed
/// with groups:    Refused, then Abort what only refused groups wanted; if none is left --> DeliveryFailed
/// </code>
/// The session hears of a failure at once; the body is let go only when no mailbox can be reading it any more.
/// </summary>
public sealed class DeliveryCoordinatorActor(
    IActorRef mailboxes, IActorRef journal, MailboxOptions options, TimeProvider time)
    : UntypedActor, IWithTimers
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<string, Delivery> _deliveries = [];

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() =>
        Timers.StartPeriodicTimer(Sweep.Instance, Sweep.Instance, SweepInterval);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case DeliveryProtocol.DeliverMessage deliver:
                Begin(deliver);
                break;
            case MailboxProtocol.AppendReserved(var mailbox, var id, var change)
                when _deliveries.TryGetValue(id, out var it):
                it.Pending.Remove(mailbox);
                it.Reserved.Add(mailbox, change);
                if (it.HasFailed)
                    Tell(it, new MailboxProtocol.AbortAppend(mailbox, id));
                else
                    ReserveNext(it);
                break;
            case MailboxProtocol.AppendCommitted(var mailbox, var id, var uid)
                when _deliveries.TryGetValue(id, out var it):
                _log.Debug("Delivery {Delivery} is in {Mailbox} as {Uid}", id, mailbox, uid);
                it.Pending.Remove(mailbox);
                Settle(it);
                break;
            case MailboxProtocol.AppendRefused(var mailbox, var id, var reason)
                when _deliveries.TryGetValue(id, out var it):
                it.Pending.Remove(mailbox);
                it.Reserved.Remove(mailbox);
                if (!CanDoWithout(it, mailbox, reason))
                    Fail(it, mailbox, reason);
                else if (it.Pending.Count == 0)
                    ReserveNext(it);
                break;
            case Sweep:
                GiveUpOverdue();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Begin(DeliveryProtocol.DeliverMessage deliver)
    {
        var ordered = deliver.Mailboxes.Sort((a, b) => string.CompareOrdinal(a.Value, b.Value));
        var delivery = new Delivery(deliver with { Mailboxes = ordered }, Sender, time.GetTimestamp());
        _deliveries.Add(deliver.Id, delivery);
        ReserveNext(delivery);
    }

    /// <summary>True if the delivery goes on for those who need no mailbox that has refused.</summary>
    private bool CanDoWithout(Delivery delivery, MailboxName mailbox, AppendFault reason)
    {
        if (delivery.Message.Groups.IsEmpty || delivery.HasFailed || delivery.IsInJournal)
            return false;

        delivery.Refuse(mailbox, reason);
        foreach (var needless in delivery.Reserved.Keys.Where(reserved => !delivery.Wants(reserved)).ToArray())
        {
            delivery.Reserved.Remove(needless);
            Tell(delivery, new MailboxProtocol.AbortAppend(needless, delivery.Message.Id));
        }

        return delivery.Reserved.Count + delivery.Pending.Count > 0
            || delivery.Message.Mailboxes.Skip(delivery.Next).Any(delivery.Wants);
    }

    private void ReserveNext(Delivery delivery)
    {
        var message = delivery.Message;
        while (delivery.Next < message.Mailboxes.Length && !delivery.Wants(message.Mailboxes[delivery.Next]))
            delivery.Next++;
        if (delivery.Next < message.Mailboxes.Length)
        {
            var mailbox = message.Mailboxes[delivery.Next++];
            var draft = message.Prefixes.TryGetValue(mailbox, out var prefix)
                ? message.Draft with { Prefix = prefix }
                : message.Draft;
            var isAlone = message.Mailboxes.Length == 1;
            Tell(delivery, new MailboxProtocol.ReserveAppend(mailbox, message.Id, draft, isAlone));
            return;
        }

        if (delivery.Reserved.Count == 0)
        {
            // Only mailboxes that others needed besides have taken back their room; they had a reason of their own.
            var (mailbox, reason) = delivery.Refused.First();
            Fail(delivery, mailbox, reason);
            return;
        }

        delivery.IsInJournal = true;
        delivery.Pending.UnionWith(delivery.Reserved.Keys);
        journal.Tell(new JournalProtocol.Append(MailboxRecord.Deliver([.. delivery.Reserved.Values]), mailboxes));
        delivery.Reserved.Clear();
    }

    private void Fail(Delivery delivery, MailboxName mailbox, AppendFault reason)
    {
        if (!delivery.HasFailed)
        {
            delivery.HasFailed = true;
            delivery.Session.Tell(new DeliveryProtocol.DeliveryFailed(delivery.Message.Id, mailbox, reason)
            {
                Refused = delivery.Refused,
            });
            foreach (var reserved in delivery.Reserved.Keys)
                Tell(delivery, new MailboxProtocol.AbortAppend(reserved, delivery.Message.Id));
            delivery.Reserved.Clear();
        }

        Settle(delivery);
    }

    /// <summary>Once every mailbox that was asked has answered, the body is nobody's.</summary>
    private void Settle(Delivery delivery)
    {
        if (delivery.Pending.Count > 0)
            return;

        _deliveries.Remove(delivery.Message.Id);
        delivery.Message.Draft.Body.Dispose();
        if (!delivery.HasFailed)
        {
            delivery.Session.Tell(
                new DeliveryProtocol.MessageDelivered(delivery.Message.Id) { Refused = delivery.Refused });
        }
    }

    private void GiveUpOverdue()
    {
        // A mailbox that has not answered for so long never will.
        foreach (var (id, delivery) in _deliveries)
        {
            if (delivery.HasFailed && time.GetElapsedTime(delivery.StartedAt) > 2 * options.DeliveryTimeout)
                _deliveries.Remove(id);
        }

        var overdue = _deliveries.Values
            .Where(it => !it.HasFailed && time.GetElapsedTime(it.StartedAt) > options.DeliveryTimeout)
            .ToImmutableArray();
        foreach (var delivery in overdue)
        {
            var silent = delivery.Pending.First();
            _log.Warning("Delivery {Delivery} got no answer from {Mailbox} in time", delivery.Message.Id, silent);
            foreach (var mailbox in delivery.Pending)
                mailboxes.Tell(new MailboxProtocol.AbortAppend(mailbox, delivery.Message.Id));
            Fail(delivery, silent, AppendFault.Aborted);
        }
    }

    private void Tell(Delivery delivery, MailboxProtocol.IMailboxCommand command)
    {
        delivery.Pending.Add(command.Mailbox);
        mailboxes.Tell(command);
    }

    /// <summary>
    /// A message under way: whom it was offered to, who has it on disk, and who still owes an answer.
    /// </summary>
    private sealed class Delivery(DeliveryProtocol.DeliverMessage message, IActorRef session, long startedAt)
    {
        private HashSet<MailboxName>? _wanted;

        public DeliveryProtocol.DeliverMessage Message { get; } = message;

        public IActorRef Session { get; } = session;

        public long StartedAt { get; } = startedAt;

        public HashSet<MailboxName> Pending { get; } = [];

        public Dictionary<MailboxName, AppendChange> Reserved { get; } = [];

        public ImmutableDictionary<MailboxName, AppendFault> Refused { get; private set; } =
            ImmutableDictionary<MailboxName, AppendFault>.Empty;

        public int Next { get; set; }

        /// <summary>Nothing can be left out any more.</summary>
        public bool IsInJournal { get; set; }

        public bool HasFailed { get; set; }

        /// <summary>Somebody needs this mailbox who needs none that has refused.</summary>
        public bool Wants(MailboxName mailbox) => _wanted?.Contains(mailbox) ?? true;

        public void Refuse(MailboxName mailbox, AppendFault reason)
        {
            Refused = Refused.SetItem(mailbox, reason);
            _wanted = [.. Message.Groups.Where(group => !group.Any(Refused.ContainsKey)).SelectMany(group => group)];
        }
    }

    private sealed record Sweep : INoSerializationVerificationNeeded
    {
        public static readonly Sweep Instance = new();
    }
}
