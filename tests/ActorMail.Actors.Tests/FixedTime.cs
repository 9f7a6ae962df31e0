namespace ActorMail.Actors.Tests;

/// <summary>
/// A wall clock that stands still, so that dates in stored mail can be written down; the monotonic one runs.
/// </summary>
internal sealed class FixedTime : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);
}
