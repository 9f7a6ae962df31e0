namespace ActorMail.Actors.Net;

/// <summary>
/// The client is gone. An exception of its own, so that no <see cref="IOException"/> of a disk is taken for it.
/// </summary>
public sealed class ConnectionLostException(Exception cause) : Exception(cause.Message, cause);
