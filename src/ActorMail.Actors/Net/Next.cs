namespace ActorMail.Actors.Net;

/// <summary>
/// What a protocol wants of its <see cref="SessionActor"/> after it has dealt with input or with a message.
/// </summary>
public enum Next
{
    /// <summary>Send what was written, then go on with the input.</summary>
    Read,

    /// <summary>
    /// Go on with the input that is here already, and send when there is none, or a batch is full: what many short
    /// answers to pipelined commands want that another actor had to be asked for.
    /// </summary>
    ReadOn,

    /// <summary>Another actor was asked: neither read nor send until its answer brings another wish.</summary>
    Wait,

    /// <summary>Send what was written, then ask <see cref="ConversationActor.OnFlushed"/> for more of it.</summary>
    Flush,

    /// <summary>
    /// Throw away what the client has sent so far, send what was written, and wait for the client's TLS handshake; then
    /// <see cref="ConversationActor.OnSecured"/>.
    /// </summary>
    StartTls,

    /// <summary>See <see cref="ConversationActor.Pause"/>.</summary>
    Pause,

    /// <summary>Send what was written, and end the session.</summary>
    Close,
}
