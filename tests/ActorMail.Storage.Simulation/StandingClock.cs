namespace ActorMail.Storage.Simulation;

/// <summary>A clock that stands still, so that a seed says everything.</summary>
internal sealed class StandingClock : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => new(2026, 11, 24, 1, 0, 0, TimeSpan.Zero);

    public override long GetTimestamp() => 1;
}
