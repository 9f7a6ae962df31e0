using System.Net;
using Akka.Actor;
using Akka.Event;

namespace ActorMail.Actors.Policy;

/// <summary>What sessions ask about the reputation of their clients.</summary>
public static class DnsListProtocol
{
    /// <summary>
    /// Is answered by <see cref="ClientChecked"/>, in twice the time limit of the settings at the latest.
    /// </summary>
    public sealed record CheckClient(IPAddress Client) : INoSerializationVerificationNeeded;

    /// <param name="Listing">Null if nothing speaks against the client, or if nobody could be asked.</param>
    public sealed record ClientChecked(IPAddress Client, Listing? Listing)
        : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
