using System.Diagnostics;
using System.Globalization;
using ActorMail.Actors.Mailboxes;
using ActorMail.Storage.Mailboxes;
using Akka.Actor;

namespace ActorMail.Bench.Store;

/// <summary>In the place of a session: one delivery after the other, until the time is over.</summary>
internal sealed class WriterActor(WriterActor.Work work) : UntypedActor
{
    private readonly Random _random = new(work.Number);
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _count;
    private int _id;

    protected override void PreStart() => Deliver();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case DeliveryProtocol.MessageDelivered:
                _count++;
                Deliver();
                break;
            case DeliveryProtocol.DeliveryFailed failed:
                work.Count.SetException(new IOException($"A delivery was refused: {failed.Reason}."));
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Deliver()
    {
        if (Stopwatch.GetElapsedTime(_start) >= work.Time)
        {
            work.Count.SetResult(_count);
            Context.Stop(Self);
            return;
        }

        var id = string.Create(CultureInfo.InvariantCulture, $"{Self.Path.Uid}-{++_id}");
        work.Coordinator.Tell(new DeliveryProtocol.DeliverMessage(
            id, [Letter.MailboxOf(_random.Next(work.Mailboxes))], work.Letter.Draft(work.Store)));
    }

    internal sealed record Work(
        MailStore Store, Letter Letter, IActorRef Coordinator, int Mailboxes, int Number, TimeSpan Time)
    {
        public TaskCompletionSource<long> Count { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
