using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;

namespace ActorMail.Actors.Net;

/// <summary>
/// Accepts the clients of one endpoint and gives each a session actor of its own. Takes a socket that is bound
/// already, so that a port in use is found before anything starts. One accept is under way at a time. A client too
/// many is told so and closed; no failure of an accept ever stops the listener.
/// </summary>
public sealed class ListenerActor(Socket socket, ConnectionCensus census, ListenerOptions options)
    : UntypedActor, IWithTimers
{
    /// <summary>Without descriptors (EMFILE) every accept fails at once; the pause keeps that from spinning.</summary>
    private static readonly TimeSpan BackOff = TimeSpan.FromMilliseconds(200);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly HashSet<IActorRef> _sessions = [];
    private long _accepted;
    private bool _isDraining;

    private interface ISignal : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Accept();

    protected override void PostStop() => socket.Dispose();

    /// <summary>A session restarted would greet again in the middle of a conversation.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Accepted(var client) when _isDraining:
                client.Dispose();
                break;
            case Accepted(var client):
                Admit(client);
                Accept();
                break;
            case AcceptFailed when _isDraining:
                break;
            case AcceptFailed(var error):
                _log.Warning("{Listener} cannot accept: {Reason}", Self.Path.Name, error.Message);
                Timers.StartSingleTimer(AcceptAgain.Instance, AcceptAgain.Instance, BackOff);
                break;
            case AcceptAgain when !_isDraining:
                Accept();
                break;
            case Terminated terminated:
                _sessions.Remove(terminated.ActorRef);
                if (_isDraining)
                    StopWhenEmpty();
                break;
            case NetProtocol.Drain:
                Drain();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Accept()
    {
        var self = Self;
        socket.AcceptAsync().PipeTo(self, success: it => new Accepted(it), failure: it => new AcceptFailed(it));
    }

    private void Admit(Socket client)
    {
        Connection connection;
        try
        {
            connection = Connection.Accept(client);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException or IOException)
        {
            // Between its connect and our accept the client has left again.
            client.Dispose();
            return;
        }

        var address = connection.Remote.Address;
        if (census.TryEnter(address, out var place) is { } refusal)
        {
            _log.Info("{Listener} refused {Remote}: {Refusal}", Self.Path.Name, connection.Remote, refusal);
            TurnAway(client, options.Refuse(refusal));
            connection.Dispose();
            return;
        }

        connection.Occupy(place!, connection.IsLocalSocket ? 0 : census.ProxyHeaderSizeFrom(address));
        var props = ActorProducer.PropsOf(() => Begin(connection));
        _sessions.Add(Context.Watch(Context.ActorOf(props, $"{Self.Path.Name}-{++_accepted}")));
    }

    /// <summary>What has no actor has nobody to close its connection.</summary>
    private SessionActor Begin(Connection connection)
    {
        try
        {
            return options.Session(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>One attempt that cannot block: who does not take one line is not waited for.</summary>
    private void TurnAway(Socket client, ReadOnlyMemory<byte> line)
    {
        try
        {
            client.Blocking = false;
            client.Send(line.Span, SocketFlags.None);
            client.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException error)
        {
            _log.Debug("{Listener} could not tell a client of its refusal: {Reason}", Self.Path.Name, error.Message);
        }
    }

    private void Drain()
    {
        _isDraining = true;
        socket.Dispose();
        foreach (var session in _sessions)
            session.Tell(NetProtocol.Drain.Instance);
        StopWhenEmpty();
    }

    private void StopWhenEmpty()
    {
        if (_sessions.Count == 0)
            Context.Stop(Self);
    }

    private sealed record Accepted(Socket Client) : ISignal;

    private sealed record AcceptFailed(Exception Error) : ISignal;

    private sealed record AcceptAgain : ISignal
    {
        public static readonly AcceptAgain Instance = new();
    }
}
