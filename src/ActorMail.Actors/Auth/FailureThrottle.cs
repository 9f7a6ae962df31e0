using System.Net;

namespace ActorMail.Actors.Auth;

/// <summary>
/// How much longer a guesser waits, by the failed logins of his address. No account is ever locked, and other addresses
/// do not notice. Who guesses less than once a decay stays at the shortest delay.
/// </summary>
internal sealed class FailureThrottle(TimeSpan delay, int maxNetworks)
{
    private const int MaxFactor = 5;

    /// <summary>Failures until the delay grows by its own length: typing errors are made by threes.</summary>
    private const int FailuresPerStep = 3;

    private const int MaxFailures = FailuresPerStep * MaxFactor;

    private readonly Dictionary<IPAddress, int> _failures = [];

    public bool IsEmpty => _failures.Count == 0;

    /// <summary>Notes a failed login, and tells how long its answer has to wait.</summary>
    public TimeSpan Fail(IPAddress network)
    {
        var failures = _failures.GetValueOrDefault(network);
        // Who comes when the memory is full waits the shortest time. It is full for no longer than some decays.
        if (failures > 0 || _failures.Count < maxNetworks)
            _failures[network] = Math.Min(failures + 1, MaxFailures);
        return delay * Math.Min(MaxFactor, 1 + (failures / FailuresPerStep));
    }

    /// <summary>Forgets one failure of each.</summary>
    public void Decay()
    {
        foreach (var (network, failures) in _failures)
        {
            // Neither removing nor replacing an entry disturbs the enumeration of a dictionary.
            if (failures == 1)
                _failures.Remove(network);
            else
                _failures[network] = failures - 1;
        }
    }
}
