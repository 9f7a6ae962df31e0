using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace ActorMail.Bench;

/// <summary>A clock on which what is due later is due now: delays are gone from what is measured.</summary>
public sealed class SkippingScheduler(Config config, ILoggingAdapter log) : SchedulerBase(config, log)
{
    public override TimeSpan MonotonicClock => Stopwatch.GetElapsedTime(0);

    public override TimeSpan HighResMonotonicClock => MonotonicClock;

    protected override DateTimeOffset TimeNow => TimeProvider.System.GetUtcNow();

    protected override void InternalScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        receiver.Tell(message, sender);

    /// <summary>What comes again and again never comes: it would come at once, without end.</summary>
    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender,
        ICancelable cancelable)
    {
    }

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) => action();

    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        action.Run();

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable)
    {
    }

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable)
    {
    }
}
