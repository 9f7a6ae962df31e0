namespace ActorMail.Actors.Policy;

/// <summary>
/// How long the answer to a refused command waits: not at all for the first ones, then longer and longer.
/// </summary>
public sealed record ErrorDelay
{
    /// <summary>Shorter than clients wait for an answer (RFC 5321 §4.5.3.2: 5 minutes, and some less).</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Errors of a session that are answered at once.</summary>
    public int After { get; init; } = 10;

    /// <summary>For each error beyond them; zero for no delay at all.</summary>
    public TimeSpan Step { get; init; } = TimeSpan.FromSeconds(1);

    /// <param name="errors">Of the session, with the one that is answered now.</param>
    public TimeSpan For(int errors)
    {
        if (errors <= After || Step <= TimeSpan.Zero)
            return TimeSpan.Zero;

        var beyond = errors - After;
        return beyond >= Longest / Step ? Longest : Step * beyond;
    }
}
