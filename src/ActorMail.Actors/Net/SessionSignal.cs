using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Event;

namespace ActorMail.Actors.Net;

/// <summary>What a session says to itself; of no interest to anyone once it is gone.</summary>
internal sealed record SessionSignal : IDeadLetterSuppression, INoSerializationVerificationNeeded
{
    public static readonly SessionSignal Connected = new();
    public static readonly SessionSignal InputReady = new();
    public static readonly SessionSignal OutputDone = new();
    public static readonly SessionSignal HandshakeDone = new();
    public static readonly SessionSignal ProxyHeaderDone = new();
    public static readonly SessionSignal PauseOver = new();
    public static readonly SessionSignal MyTurn = new();
    public static readonly SessionSignal Alarm = new();

    private SessionSignal()
    {
    }

    public bool Equals(SessionSignal? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
}
