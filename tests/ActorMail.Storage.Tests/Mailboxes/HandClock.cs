namespace ActorMail.Storage.Tests.Mailboxes;

/// <summary>A clock that goes when it is told to.</summary>
internal sealed class HandClock(DateTimeOffset now) : TimeProvider
{
    private long _ticks;

    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => _ticks;

    public void Advance(TimeSpan time)
    {
        Now += time;
        _ticks += (long)(time.TotalSeconds * TimestampFrequency);
    }
}
