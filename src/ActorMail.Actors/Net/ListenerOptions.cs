namespace ActorMail.Actors.Net;

/// <summary>What a listener needs to know of its protocol.</summary>
/// <param name="Session">Makes the session of one client.</param>
/// <param name="Refuse">The line for a client that is turned away, with its CRLF; empty for none.</param>
public sealed record ListenerOptions(
    Func<Connection, SessionActor> Session,
    Func<Refusal, ReadOnlyMemory<byte>> Refuse);
