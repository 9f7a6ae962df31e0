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
/// Command --too much of something--> Pause --time has passed--> Command
/// (accepted) --> ProxyHeader, from a front end --> Handshake, or Greeting, where there is a delay --> Command
/// </code>
/// While it waits for an answer or for its output to leave, nothing is read: that is the back-pressure. Each wait has
/// a deadline of its own that trickling octets do not move. A session is its connection: it stops, never restarts.
/// </summary>
public abstract class SessionActor : ConversationActor
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
    private readonly SessionOpening _opening;
    private Next _afterwards;
    private bool _isGreeted;
    private bool _hasInput;
    private bool _isInsideCommand;
    private bool _endsBare;
    private bool _hasYielded;
    private bool _isDraining;

    protected SessionActor(Connection connection, SessionOptions options, SessionTls tls)
        : base(connection, options)
    {
        (_options, _tls) = (options, tls);
        _deadlines = new SessionDeadlines(options);
        var self = Self;
        _inputReady = () => self.Tell(SessionSignal.InputReady, ActorRefs.NoSender);
        _outputDone = () => self.Tell(SessionSignal.OutputDone, ActorRefs.NoSender);
        _handshakeDone = () => self.Tell(SessionSignal.HandshakeDone, ActorRefs.NoSender);
        Action headerDone = () => self.Tell(SessionSignal.ProxyHeaderDone, ActorRefs.NoSender);
        _opening = new SessionOpening(connection, options, !tls.IsImplicit, headerDone, _inputReady);
    }

    protected TimeSpan Age => _deadlines.Age;

    /// <summary>True if the client may ask for TLS now.</summary>
    protected bool CanStartTls => Connection.Tls is null && !_tls.Identities.IsEmpty;

    private bool CanSpeak =>
        !Connection.IsFlushing && _deadlines.Awaited is not (Awaited.Handshake or Awaited.ProxyHeader);

    private bool AwaitsInput =>
        !_hasYielded && _deadlines.Awaited is Awaited.Command or Awaited.RestOfCommand or Awaited.Data;

    protected sealed override void PreStart()
    {
        ArmAlarm();
        Self.Tell(SessionSignal.Connected, ActorRefs.NoSender);
    }

    protected sealed override void PostStop()
    {
        Connection.Dispose();
        OnEnded(Ending);
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
            Open(isDelayOver: false);
        else if (signal == SessionSignal.ProxyHeaderDone && _deadlines.Awaited is Awaited.ProxyHeader)
            Open(isDelayOver: false);
        else if (signal == SessionSignal.PauseOver && _deadlines.Awaited is Awaited.Greeting)
            Open(isDelayOver: true);
        else if (signal == SessionSignal.InputReady && _deadlines.Awaited is Awaited.Greeting)
            Open(isDelayOver: false);
        else if (signal == SessionSignal.PauseOver && _deadlines.Awaited is Awaited.Pause)
            Pump(Next.Read);
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
        if (_deadlines.Awaited is Awaited.Handshake or Awaited.ProxyHeader)
            Stop("the server stopped");
        else if (AwaitsInput || _deadlines.Awaited is Awaited.Pause or Awaited.Greeting)
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
            if (next is Next.ReadOn)
                next = ReadOn();
            if (next is Next.Read or Next.Pause && _isDraining && !ReceivesData)
                next = SayGoodbye(Farewell.ShuttingDown);
            if (next is not (Next.Wait or Next.Pause) && !TryFlush(next))
                return;

            switch (next)
            {
                case Next.Wait when _deadlines.Awaited is Awaited.Handshake:
                    return;
                case Next.Wait:
                    _deadlines.Begin(Awaited.Answer);
                    return;
                case Next.Pause:
                    Rest(Awaited.Pause, PauseTime);
                    return;
                case Next.Close:
                    Connection.SayClosed();
                    Stop(Ending);
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

    private Next ReadOn() =>
        !_isDraining && Connection.Output.UnflushedBytes < MaxBatchOctets && Connection.TryReadOn(out var input)
            ? Consume(input)
            : Next.Read;

    /// <summary>Goes as far towards the greeting as the client lets it.</summary>
    private void Open(bool isDelayOver)
    {
        if (_opening.AwaitsHeader)
            _deadlines.Begin(Awaited.ProxyHeader);
        switch (_opening.Advance(isDelayOver))
        {
            case OpeningStep.AwaitDelay when _deadlines.Awaited is not Awaited.Greeting:
                Rest(Awaited.Greeting, _options.GreetingDelay);
                Open(isDelayOver: false);
                break;
            case OpeningStep.Refuse(var refusal):
                _deadlines.End();
                if (!_tls.IsImplicit)
                    OnRefused(refusal);
                Pump(Close($"refused: {refusal}"));
                break;
            case OpeningStep.SpokeEarly:
                Pump(SayGoodbye(Farewell.SpokeEarly));
                break;
            case OpeningStep.End(var reason):
                Stop(reason);
                break;
            case OpeningStep.Greet:
                Pump(_tls.IsImplicit ? Next.StartTls : Greet());
                break;
        }
    }

    private void Rest(Awaited what, TimeSpan time)
    {
        _deadlines.Begin(what);
        Timers.StartSingleTimer(SessionSignal.PauseOver, SessionSignal.PauseOver, time);
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
            next = OnInput(ref rest) is var wish and not Next.ReadOn ? wish : Next.Read;
            (taken, written) = (before - rest.Length, Connection.Output.UnflushedBytes - unsent);
            if (ReceivesData)
                _deadlines.NoteData(taken);
        }

        // What was looked at and not taken is a part of a command: it is seen again once there is more. What was not
        // looked at, because an answer or a flush comes first, is handed out again without waiting for the client.
        var isStarved = next is Next.Read && taken == 0;
        _endsBare = isStarved && !ReceivesData && rest.PositionOf((byte)'\n') is not null;
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

        if (awaited is Awaited.Handshake or Awaited.ProxyHeader)
        {
            Stop(awaited is Awaited.Handshake ? "the TLS handshake took too long" : "no PROXY header came in time");
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
            Pump(SayGoodbye(
                !isDue ? Farewell.SessionTooLong : _endsBare ? Farewell.BareLineFeed : Farewell.TimedOut));
            return;
        }

        Log.Warning("{Session} got no answer from another actor in time", Id);
        Pump(OnNoAnswer());
    }

    private void Fail(Exception error)
    {
        Log.Error(error, "{Session} failed", Id);
        if (!CanSpeak)
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
        Ending = reason;
        _deadlines.End();
        Context.Stop(Self);
    }
}
