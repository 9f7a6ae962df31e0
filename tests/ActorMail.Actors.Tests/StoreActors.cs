using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Net;
using ActorMail.Actors.Tests.Net;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Mailboxes;
using Akka.Actor;

namespace ActorMail.Actors.Tests;

/// <summary>The actors around a store, all of them real; time is virtual.</summary>
internal sealed class StoreActors
{
    private readonly MailStore _store;
    private readonly MailboxOptions _options;
    private readonly TimeProvider _time;

    public StoreActors(
        ActorSystem system, MailStore store, MailboxOptions? options = null, JournalActorOptions? journal = null)
    {
        (_store, _options, _time) = (store, options ?? new MailboxOptions(), new VirtualTime(system.Scheduler));
        var journalOptions = journal ?? new JournalActorOptions();
        Journal = system.ActorOf(Props.Create(() => new JournalActor(store, journalOptions, _time)));
        Func<MailboxName, Props> mailbox = MailboxProps;
        Mailboxes = system.ActorOf(Props.Create(() => new MailboxParentActor(mailbox)));
        Coordinator = system.ActorOf(
            Props.Create(() => new DeliveryCoordinatorActor(Mailboxes, Journal, _options, _time)));
    }

    /// <summary>Set before the first mailbox is made.</summary>
    public QuotaLedger? Quotas { get; set; }

    public IActorRef Journal { get; }

    public IActorRef Mailboxes { get; }

    public IActorRef Coordinator { get; }

    public Props MailboxProps(MailboxName name) =>
        ActorProducer.PropsOf(() => new MailboxActor(_store, name, Journal, _options, _time) { Quotas = Quotas });
}
