using System.Net;
using ActorMail.Protocols.Mail;

namespace ActorMail.Actors.Auth;

/// <summary>
/// Delays the answers to failed logins by the address that they come from, and by the address and the account: he who
/// guesses at one account soon, he who tries many later. So a house behind one address, with a telephone in it that has
/// an old password, is slowed little, and those in it who know their passwords never are.
/// </summary>
internal sealed class GuessThrottle(TimeSpan delay)
{
    private const int MaxNetworks = 10_000;
    private const int MaxPairs = 20_000;

    /// <summary>Typing errors are made by threes.</summary>
    private const int FailuresPerStepOfPair = 3;

    private const int MaxFactorOfPair = 5;
    private const int FailuresPerStepOfNetwork = 10;

    /// <summary>
    /// Two processors compute some 30 hashes a second, and 200 clients that wait so long between two guesses ask for
    /// fewer: no queue grows that others behind their address would stand in.
    /// </summary>
    private const int MaxFactorOfNetwork = 15;

    private readonly FailureThrottle<IPAddress> _networks = new(
        delay, FailuresPerStepOfNetwork, MaxFactorOfNetwork, MaxNetworks);

    /// <summary>Shorter than a session waits for an answer, whatever the settings say.</summary>
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(30);

    /// <summary>What is no name of a mailbox counts as one account: such names may be long, and many.</summary>
    private readonly FailureThrottle<(IPAddress, MailboxName)> _pairs = new(
        delay, FailuresPerStepOfPair, MaxFactorOfPair, MaxPairs);

    public bool IsEmpty => _networks.IsEmpty && _pairs.IsEmpty;

    /// <summary>Notes a failed login, and tells how long its answer has to wait.</summary>
    public TimeSpan Fail(IPAddress network, MailboxName mailbox)
    {
        var (ofNetwork, ofPair) = (_networks.Fail(network), _pairs.Fail((network, mailbox)));
        var longest = ofNetwork > ofPair ? ofNetwork : ofPair;
        return longest < MaxDelay ? longest : MaxDelay;
    }

    /// <summary>Forgets one failure of each address, and of each account there.</summary>
    public void Decay()
    {
        _networks.Decay();
        _pairs.Decay();
    }
}
