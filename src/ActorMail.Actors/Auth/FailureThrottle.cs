namespace ActorMail.Actors.Auth;

/// <summary>
/// How much longer a guesser waits, by the failed logins of what he is known by. No account is ever locked, and others
/// do not notice. Who guesses less than once a decay stays at the shortest delay.
/// </summary>
/// <param name="failuresPerStep">Failures until the delay grows by its own length.</param>
/// <param name="maxFactor">How many times <paramref name="delay"/> is the longest.</param>
internal sealed class FailureThrottle<TGuesser>(TimeSpan delay, int failuresPerStep, int maxFactor, int maxGuessers)
    where TGuesser : notnull
{
    private readonly Dictionary<TGuesser, int> _failures = [];

    public bool IsEmpty => _failures.Count == 0;

    /// <summary>Notes a failed login, and tells how long its answer has to wait.</summary>
    public TimeSpan Fail(TGuesser guesser)
    {
        var failures = _failures.GetValueOrDefault(guesser);
        // Who comes when the memory is full waits the shortest time. It is full for no longer than some decays.
        if (failures > 0 || _failures.Count < maxGuessers)
            _failures[guesser] = Math.Min(failures + 1, failuresPerStep * maxFactor);
        return delay * Math.Min(maxFactor, 1 + (failures / failuresPerStep));
    }

    /// <summary>Forgets one failure of each.</summary>
    public void Decay()
    {
        foreach (var (guesser, failures) in _failures)
        {
            // Neither removing nor replacing an entry disturbs the enumeration of a dictionary.
            if (failures == 1)
                _failures.Remove(guesser);
            else
                _failures[guesser] = failures - 1;
        }
    }
}
