using Akka.Actor;

namespace ActorMail.Actors.Net;

/// <summary>What a server says to its listeners, and they to their sessions.</summary>
public static class NetProtocol
{
    /// <summary>
    /// Accept nobody, finish what is under way, say goodbye, stop. A listener stops once its last session has, so
    /// <c>GracefulStop(timeout, Drain.Instance)</c> waits for all of them.
    /// </summary>
    public sealed record Drain : INoSerializationVerificationNeeded
    {
        public static readonly Drain Instance = new();
    }
}
