namespace ActorMail.Actors.Net;

/// <summary>The one thing that a session waits for; each has its limit in <see cref="SessionOptions"/>.</summary>
internal enum Awaited
{
    Nothing,
    Command,
    RestOfCommand,
    Data,
    Answer,
    Output,
    Handshake,
    ProxyHeader,
    Greeting,
    Pause,
}
