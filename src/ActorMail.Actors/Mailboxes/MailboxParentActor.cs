using ActorMail.Protocols.Mail;
using Akka.Actor;
using Akka.Event;

namespace ActorMail.Actors.Mailboxes;

/// <summary>
/// Routes each command to the actor of its mailbox, which it makes on demand and lets go when idle. Actors are named
/// by number: a name from the network is never a part of an actor path.
/// </summary>
public sealed class MailboxParentActor(Func<MailboxName, Props> mailbox) : UntypedActor
{
    private const int MaxRestarts = 10;

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<MailboxName, IActorRef> _actors = [];
    private readonly Dictionary<IActorRef, Entity> _entities = [];
    private long _created;

    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(MaxRestarts, TimeSpan.FromMinutes(1), _ => Directive.Restart);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case MailboxProtocol.IMailboxCommand command:
                Route(command);
                break;
            case MailboxProtocol.Passivate when _entities.TryGetValue(Sender, out var entity) && !entity.IsStopping:
                entity.IsStopping = true;
                Sender.Tell(PoisonPill.Instance);
                break;
            case Terminated terminated when _entities.Remove(terminated.ActorRef, out var entity):
                _actors.Remove(entity.Mailbox);
                if (!entity.IsStopping)
                    _log.Error("{Mailbox} failed too often; it starts anew with its next command", entity.Mailbox);
                foreach (var (held, sender) in entity.Held)
                    ActorOf(entity.Mailbox).Tell(held, sender);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>A mailbox that stops has already said so: what comes for it waits for the next one.</summary>
    private void Route(MailboxProtocol.IMailboxCommand command)
    {
        var actor = ActorOf(command.Mailbox);
        if (_entities[actor] is { IsStopping: true } entity)
            entity.Held.Add((command, Sender));
        else
            actor.Forward(command);
    }

    private IActorRef ActorOf(MailboxName name)
    {
        if (_actors.TryGetValue(name, out var actor))
            return actor;

        actor = Context.Watch(Context.ActorOf(mailbox(name), $"mailbox-{++_created}"));
        _actors.Add(name, actor);
        _entities.Add(actor, new Entity(name));
        return actor;
    }

    private sealed class Entity(MailboxName mailbox)
    {
        public MailboxName Mailbox { get; } = mailbox;

        public bool IsStopping { get; set; }

        public List<(object Command, IActorRef Sender)> Held { get; } = [];
    }
}
