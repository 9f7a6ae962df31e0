using System.Buffers;
using Akka.Actor;
using Akka.Event;

namespace ActorMail.Actors.Net;

/// <summary>
/// What a protocol is asked by its <see cref="SessionActor"/>, and how it answers. Here is nothing that waits.
/// </summary>
public abstract class ConversationActor(Connection connection, SessionOptions options) : UntypedActor, IWithTimers
{
    private int _commands;
    private int _errors;

    public ITimerScheduler Timers { get; set; } = null!;

    protected ILoggingAdapter Log { get; } = Context.GetLogger();

    protected Connection Connection => connection;

    /// <summary>The name of this session in logs and in Received fields, such as <c>smtp-17</c>.</summary>
    protected string Id => Self.Path.Name;

    /// <summary>
    /// True while the input is the content of a message: it has limits of its own, and is never cut short.
    /// </summary>
    protected virtual bool ReceivesData => false;

    /// <summary>Why the session ends, for its last line in the log.</summary>
    private protected string Ending { get; set; } = "the server stopped";

    /// <summary>For <see cref="Next.Pause"/>.</summary>
    private protected TimeSpan PauseTime { get; private set; }

    /// <summary>Greets the client.</summary>
    protected abstract Next OnConnected();

    /// <summary>Takes at most one command off the input, or a piece of data, and leaves the rest where it is.</summary>
    protected abstract Next OnInput(ref ReadOnlySequence<byte> input);

    /// <summary>Takes another actor's message. <see cref="Next.Wait"/> goes on with what was being done.</summary>
    protected abstract Next OnMessage(object message);

    /// <summary>Writes the last words, if at this point the client could take them for what they are.</summary>
    protected abstract void OnFarewell(Farewell reason);

    /// <summary>Writes the line for a client that a front end named, and that is one too many.</summary>
    protected abstract void OnRefused(Refusal refusal);

    /// <summary>
    /// The session is over, for this reason; nothing can be sent any more. The place of its one log line.
    /// </summary>
    protected abstract void OnEnded(string reason);

    /// <summary>The actor that was asked did not answer in time. What it may still say will be too late.</summary>
    protected virtual Next OnNoAnswer() => SayGoodbye(Farewell.Failed);

    /// <summary>Called after <see cref="Next.Flush"/>, once all that was written has left.</summary>
    protected virtual Next OnFlushed() => Next.Read;

    /// <summary>
    /// Called after <see cref="Next.StartTls"/>, once everything goes through TLS. Nothing that was said before may be
    /// known any more (RFC 3207 §4.2).
    /// </summary>
    protected virtual Next OnSecured() => Next.Read;

    /// <summary>Ends a command that was answered; it counts against the limits of the session.</summary>
    protected Next Answered(bool isError)
    {
        if (isError && ++_errors >= options.MaxErrors)
            return SayGoodbye(Farewell.TooManyErrors);

        return ++_commands >= options.MaxCommands ? SayGoodbye(Farewell.TooManyCommands) : Next.Read;
    }

    protected Next SayGoodbye(Farewell reason)
    {
        Ending = reason.ToString();
        OnFarewell(reason);
        return Next.Close;
    }

    /// <summary>
    /// Holds back what was written, and reads nothing, for so long; then goes on as after <see cref="Next.Read"/>.
    /// </summary>
    protected Next Pause(TimeSpan time)
    {
        PauseTime = time;
        return time > TimeSpan.Zero ? Next.Pause : Next.Read;
    }

    protected Next Close(string reason)
    {
        Ending = reason;
        return Next.Close;
    }

    /// <summary>One line of the log at Information, with named properties.</summary>
    protected void LogInfo(string template, params object?[] properties) =>
        Log.Log(LogLevel.InfoLevel, null, new SessionEvent(Log.Formatter, template, properties));
}
