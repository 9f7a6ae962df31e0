using Akka.Actor;

namespace ActorMail.Actors.Tests.Net;

/// <summary>The clock of Akka's TestScheduler as a monotonic one: time passes when a test says so.</summary>
internal sealed class VirtualTime(ITimeProvider scheduler) : TimeProvider
{
    public const string Config = "akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"";

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => scheduler.Now.UtcTicks;

    public override DateTimeOffset GetUtcNow() => scheduler.Now;
}
