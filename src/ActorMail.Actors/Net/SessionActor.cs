using System.Buffers;
using System.IO.Pipelines;
using Akka.Actor;
using Akka.Event;

namespace ActorMail.Actors.Net;

/// <summary>
/// What every protocol session has in common: it reads when it can take more, lets the protocol take one command
/// after the other, sends all replies together, and waits for one thing at a time.
/// <code>
/// Command --first octet--> RestOfCommand --complete--> Command
/// Command --protocol asked an actor--> Answer --message--> Command
/// Command --DATA--> Data --end of data--> Command
/// any --client slow to take replies--> Output --taken--> what comes next
/// Command --STARTTLS--> Handshake --secured--> Command, with nothing left of what was received before
/// </code>
/// While it waits for an answer or for its output to leave, nothing is read: that is the back-pressure. Each wait has
/// a deadline of its own that trickling octets do not move. A session is its connection: it stops, never restarts.
/// </summary>
public abstract class SessionActor : UntypedActor, IWithTimers
{
    /// <summary>
    /// Rounds of reading and sending in one turn. With a fast client each is finished at once, so this is a loop with
    /// a budget: a recursion would overflow the stack, and a loop without an end would keep others waiting.
    /// </summary>
    private const int RoundsPerTurn = 32;

    /// <summary>Octets of replies after which a batch is sent before the next command is looked at.</summary>
    private const int MaxBatchOctets = 64 * 1024;

    /// <summary>The first octet of a TLS ClientHello (RFC 8446 §5.1), which no command begins with.</summary>
    private const byte TlsHandshake = 0x16;

    private readonly SessionOptions _options;
    private readonly SessionTls _tls;
    private readonly SessionDeadlines _deadlines;
    private readonly Queue<object> _held = new();
    private readonly Action _inputReady;
    private readonly Action _outputDone;
    private readonly Action _handshakeDone;
    private Next _afterwards;
    private string _ending = "the server stopped";
    private int _commands;
    private int _errors;
    private bool _isGreeted;
    private bool _hasInput;
    private bool _isInsideCommand;
    private bool _hasYielded;
    private bool _isDraining;

    protected SessionActor(Connection connection, SessionOptions options, SessionTls tls)
    {
        (Connection, _options, _tls) = (connection, options, tls);
        _deadlines = new SessionDeadlines(options);
        Log = Context.GetLogger();
        var self = Self;
        _inputReady = () => self.Tell(SessionSignal.InputReady, ActorRefs.NoSender);
        _outputDone = () => self.Tell(SessionSignal.OutputDone, ActorRefs.NoSender);
        _handshakeDone = () => self.Tell(SessionSignal.HandshakeDone, ActorRefs.NoSender);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected ILoggingAdapter Log { get; }

    protected Connection Connection { get; }

    /// <summary>The name of this session in logs and in Received fields, such as <c>smtp-17</c>.</summary>
    protected string Id => Self.Path.Name;

    protected TimeSpan Age => _deadlines.Age;

    /// <summary>True if the client may ask for TLS now.</summary>
    protected bool CanStartTls => Connection.Tls is null && !_tls.Identities.IsEmpty;

    /// <summary>
    /// True while the input is the content of a message: it has limits of its own, and is never cut short.
    /// </summary>
    protected virtual bool ReceivesData => false;

    private bool AwaitsInput =>
        !_hasYielded && _deadlines.Awaited is Awaited.Command or Awaited.RestOfCommand or Awaited.Data;

    /// <summary>Greets the client.</summary>
    protected abstract Next OnConnected();

    /// <summary>Takes at most one command off the input, or a piece of data, and leaves the rest where it is.</summary>
    protected abstract Next OnInput(ref ReadOnlySequence<byte> input);

    /// <summary>Takes another actor's message. <see cref="Next.Wait"/> goes on with what was being done.</summary>
    protected abstract Next OnMessage(object message);

    /// <summary>Writes the last words, if at this point the client could take them for what they are.</summary>
    protected abstract void OnFarewell(Farewell reason);

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
        if (isError && ++_errors >= _options.MaxErrors)
            return SayGoodbye(Farewell.TooManyErrors);

        return ++_commands >= _options.MaxCommands ? SayGoodbye(Farewell.TooManyCommands) : Next.Read;
    }

    protected Next SayGoodbye(Farewell reason)
    {
        _ending = reason.ToString();
        OnFarewell(reason);
        return Next.Close;
    }

    protected Next Close(string reason)
    {
        _ending = reason;
        return Next.Close;
    }

    /// <summary>One line of the log at Information, with named properties.</summary>
    protected void LogInfo(string template, params object?[] properties) =>
        Log.Log(LogLevel.InfoLevel, null, new SessionEvent(Log.Formatter, template, properties));

    protected sealed override void PreStart()
    {
        ArmAlarm();
        Self.Tell(SessionSignal.Connected, ActorRefs.NoSender);
    }

    protected sealed override void PostStop()
    {
        Connection.Dispose();
        OnEnded(_ending);
    }

    protected sealed override void OnReceive(object message)
    {
        try
        {
            if (message is SessionSignal signal)
                Handle(signal);
            else if (message is NetProtocol.Drain)
                Drain();
            else
                _held.Enqueue(message);

            // Nothing may be written while output is under way; what comes meanwhile waits here.
            while ((AwaitsInput || _deadlines.Awaited is Awaited.Answer) && _held.TryDequeue(out var held))
                Deliver(held);
        }
        catch (ConnectionLostException lost)
        {
            Stop($"connection lost: {lost.Message}");
        }
        catch (Exception error)
        {
            Fail(error);
        }
    }

    private void Handle(SessionSignal signal)
    {
        if (signal == SessionSignal.Connected)
            Pump(_tls.IsImplicit ? Next.StartTls : Greet());
        else if (signal == SessionSignal.HandshakeDone && _deadlines.Awaited is Awaited.Handshake)
            Pump(FinishTls());
        else if (signal == SessionSignal.InputReady && AwaitsInput)
            Pump(Next.Read);
        else if (signal == SessionSignal.OutputDone && _deadlines.Awaited is Awaited.Output)
            Pump(_afterwards);
        else if (signal == SessionSignal.MyTurn && _hasYielded)
            Pump(_afterwards);
        else if (signal == SessionSignal.Alarm)
            CheckDeadlines();
        // Any other came late: what it announces was found to be there before it arrived.
    }

    private void Drain()
    {
        _isDraining = true;
        if (_deadlines.Awaited is Awaited.Handshake)
            Stop("the server stopped");
        else if (AwaitsInput)
            Pump(Next.Read);
    }

    private void Deliver(object message)
    {
        if (OnMessage(message) is var next and not Next.Wait)
            Pump(next);
    }

    /// <summary>Does what the protocol wants, round after round, until something has to be waited for.</summary>
    private void Pump(Next next)
    {
        _hasYielded = false;
        for (var round = 1; ; round++)
        {
            if (next is Next.Read && _isDraining && !ReceivesData)
                next = SayGoodbye(Farewell.ShuttingDown);
            if (next is not Next.Wait && !TryFlush(next))
                return;

            switch (next)
            {
                case Next.Wait when _deadlines.Awaited is Awaited.Handshake:
                    return;
                case Next.Wait:
                    _deadlines.Begin(Awaited.Answer);
                    return;
                case Next.Close:
                    Connection.SayClosed();
                    Stop(_ending);
                    return;
                case Next.Read or Next.Flush when round == RoundsPerTurn:
                    (_hasYielded, _afterwards) = (true, next);
                    Self.Tell(SessionSignal.MyTurn, ActorRefs.NoSender);
                    return;
                case Next.Flush:
                    next = OnFlushed();
                    break;
                case Next.StartTls:
                    _deadlines.Begin(Awaited.Handshake);
                    Connection.BeginTls(_tls.Identities, _handshakeDone);
                    next = FinishTls();
                    break;
                default:
                    if (!TryRead(out var input))
                        return;
                    next = Consume(input);
                    break;
            }
        }
    }

    private Next Greet()
    {
        _isGreeted = true;
        return OnConnected();
    }

    private Next FinishTls()
    {
        if (!Connection.TryFinishTls())
            return Next.Wait;

        (_hasInput, _isInsideCommand) = (true, false);
        _deadlines.End();
        return _isGreeted ? OnSecured() : Greet();
    }

    private bool TryFlush(Next afterwards)
    {
        if (Connection.Output.UnflushedBytes > 0)
            _deadlines.Begin(Awaited.Output);

        _afterwards = afterwards;
        return Connection.TryFlush(_outputDone);
    }

    private bool TryRead(out ReadResult input)
    {
        _deadlines.Begin(
            ReceivesData ? Awaited.Data : _isInsideCommand ? Awaited.RestOfCommand : Awaited.Command);
        return Connection.TryRead(_inputReady, out input);
    }

    private Next Consume(ReadResult read)
    {
        var rest = read.Buffer;
        var (next, taken, written) = (Next.Read, 1L, 0L);
        if (!_hasInput && !rest.IsEmpty && rest.FirstSpan[0] == TlsHandshake)
            next = SayGoodbye(Farewell.TlsOnPlainPort);
        _hasInput = true;
        while (next is Next.Read && taken > 0 && !rest.IsEmpty && Connection.Output.UnflushedBytes < MaxBatchOctets)
        {
            var (before, unsent) = (rest.Length, Connection.Output.UnflushedBytes);
            next = OnInput(ref rest);
            (taken, written) = (before - rest.Length, Connection.Output.UnflushedBytes - unsent);
            if (ReceivesData)
                _deadlines.NoteData(taken);
        }

        // What was looked at and not taken is a part of a command: it is seen again once there is more. What was not
        // looked at, because an answer or a flush comes first, is handed out again without waiting for the client.
        var isStarved = next is Next.Read && taken == 0;
        _isInsideCommand = next is Next.Read && (isStarved || (rest.IsEmpty && written == 0));
        if (next is Next.StartTls)
        {
            Connection.Input.AdvanceTo(rest.End);
            Connection.DiscardInput();
            return next;
        }

        Connection.Input.AdvanceTo(rest.Start, isStarved ? rest.End : rest.Start);
        return next is Next.Read && read.IsCompleted && (isStarved || rest.IsEmpty)
            ? Close("the client hung up")
            : next;
    }

    private void ArmAlarm() =>
        Timers.StartSingleTimer(SessionSignal.Alarm, SessionSignal.Alarm, _deadlines.Pause);

    private void CheckDeadlines()
    {
        var awaited = _deadlines.Awaited;
        var (isDue, isOver) = (_deadlines.IsDue, _deadlines.IsSessionOver);
        if (!isDue && !isOver)
        {
            ArmAlarm();
            return;
        }

        if (awaited is Awaited.Handshake)
        {
            Stop("the TLS handshake took too long");
            return;
        }

        if (Connection.IsFlushing)
        {
            Stop(isDue ? "the client did not take its replies" : nameof(Farewell.SessionTooLong));
            return;
        }

        // What is said now has a deadline as well, should the client not take it.
        ArmAlarm();
        if (!isDue || awaited is not Awaited.Answer)
        {
            Pump(SayGoodbye(isDue ? Farewell.TimedOut : Farewell.SessionTooLong));
            return;
        }

        Log.Warning("{Session} got no answer from another actor in time", Id);
        Pump(OnNoAnswer());
    }

    private void Fail(Exception error)
    {
        Log.Error(error, "{Session} failed", Id);
        if (Connection.IsFlushing || _deadlines.Awaited is Awaited.Handshake)
        {
            Stop(nameof(Farewell.Failed));
            return;
        }

        try
        {
            Pump(SayGoodbye(Farewell.Failed));
        }
        catch (ConnectionLostException lost)
        {
            Stop($"connection lost: {lost.Message}");
        }
    }

    private void Stop(string reason)
    {
        _ending = reason;
        _deadlines.End();
        Context.Stop(Self);
    }
}
