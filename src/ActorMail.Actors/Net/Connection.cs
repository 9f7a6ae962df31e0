using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;

namespace ActorMail.Actors.Net;

/// <summary>
/// A client's stream with a pipe for either direction, driven by the one session that owns it. It does nothing by
/// itself, so that not reading is the back-pressure. A <c>Try</c> that cannot finish at once says so by false and
/// calls back when it is worth trying again. Not thread-safe, save for the call-backs.
/// </summary>
[SuppressMessage("Reliability", "CA2012", Justification = "An awaiter is kept until it is ready, and taken once.")]
public sealed class Connection : IDisposable
{
    private const int ReadBufferOctets = 16 * 1024;

    /// <summary>Octets in clear that a client may have sent behind STARTTLS.</summary>
    private const int MaxDiscardedOctets = 64 * 1024;

    private static readonly IPEndPoint LocalSocket = new(IPAddress.Loopback, 0);

    private readonly Pending _input = new();
    private readonly Pending _output = new();
    private readonly Pending _secured = new();
    private Stream _stream;
    private ReadStage _reading = ReadStage.Idle;
    private bool _isFlushing;
    private ValueTaskAwaiter<int> _readiness;
    private ValueTaskAwaiter<ReadResult> _read;
    private ValueTaskAwaiter<FlushResult> _flush;
    private ValueTaskAwaiter<TlsSession> _security;
    private ValueTaskAwaiter<ProxyHeaderStep> _proxyHeader;
    private Handshake? _handshake;
    private ConnectionPlace? _place;

    public Connection(Stream stream, IPEndPoint remote, IPEndPoint local)
    {
        (Remote, Local) = (remote, local);
        Attach(stream);
    }

    private enum ReadStage
    {
        Idle,
        AwaitingReadiness,
        AwaitingData,
    }

    /// <summary>The client, as far as it is known: a front end may say that it is another.</summary>
    public IPEndPoint Remote { get; private set; }

    public IPEndPoint Local { get; private set; }

    /// <summary>
    /// True for a client of this machine that came by a Unix socket, and as long as nobody says that it is another;
    /// then <see cref="Remote"/> is loopback with port 0.
    /// </summary>
    public bool IsLocalSocket { get; private set; }

    /// <summary>Octets of the PROXY header that must come first; 0 for none.</summary>
    public int MaxProxyHeaderSize { get; private set; }

    public PipeReader Input { get; private set; }

    public PipeWriter Output { get; private set; }

    /// <summary>Null as long as octets go in clear.</summary>
    public TlsSession? Tls { get; private set; }

    /// <summary>True while octets are on their way out, and nothing may be written.</summary>
    public bool IsFlushing => _isFlushing;

    public static Connection Accept(Socket socket)
    {
        var stream = new NetworkStream(socket, ownsSocket: true);
        if (socket.AddressFamily is AddressFamily.Unix)
            return new Connection(stream, LocalSocket, LocalSocket) { IsLocalSocket = true };

        SocketHabits.Apply(socket);
        return new Connection(stream, (IPEndPoint)socket.RemoteEndPoint!, (IPEndPoint)socket.LocalEndPoint!);
    }

    /// <summary>Hands over what the client takes of the limits, to be given back at the end.</summary>
    public void Occupy(ConnectionPlace place, int maxProxyHeaderSize) =>
        (_place, MaxProxyHeaderSize) = (place, maxProxyHeaderSize);

    /// <summary>
    /// Somebody who is trusted says who the client is: it counts for limits, logs and rules as if it had come from
    /// there. A refusal is to be told to the client, and ends the connection.
    /// </summary>
    /// <param name="local">What it connected to; null where that is not known.</param>
    public Refusal? Become(IPEndPoint client, IPEndPoint? local = null)
    {
        (Remote, Local, IsLocalSocket) = (Plain(client), Plain(local ?? Local), false);
        return _place?.TryMove(Remote.Address);
    }

    /// <summary>Reads the PROXY header, and not an octet more. Nothing may have been read before.</summary>
    internal void BeginProxyHeader(Action callBack)
    {
        _proxyHeader = new ValueTask<ProxyHeaderStep>(ProxyHeaderReader.ReadAsync(_stream, MaxProxyHeaderSize))
            .GetAwaiter();
        _input.Await(_proxyHeader, callBack);
    }

    /// <summary>True once it is known what the connection begins with, which is complete or malformed.</summary>
    internal bool TryFinishProxyHeader([NotNullWhen(true)] out ProxyHeaderStep? step)
    {
        step = _input.IsDone ? Take(_proxyHeader) : null;
        return step is not null;
    }

    /// <summary>
    /// Takes what has come in. First waits by a read of no octets, so that a silent client costs no buffer. The end
    /// of the stream is an empty result of its own: it does not come with the last octets.
    /// </summary>
    public bool TryRead(Action callBack, out ReadResult input)
    {
        input = default;
        if (_reading is ReadStage.Idle)
        {
            if (Input.TryRead(out input))
                return true;

            _reading = ReadStage.AwaitingReadiness;
            _readiness = Start(static it => it._stream.ReadAsync(Memory<byte>.Empty)).GetAwaiter();
            _input.Await(_readiness, callBack);
        }

        if (_reading is ReadStage.AwaitingReadiness && _input.IsDone)
        {
            Take(_readiness);
            _reading = ReadStage.AwaitingData;
            _read = Start(static it => it.Input.ReadAsync()).GetAwaiter();
            _input.Await(_read, callBack);
        }

        if (_reading is not ReadStage.AwaitingData || !_input.IsDone)
            return false;

        _reading = ReadStage.Idle;
        input = Take(_read);
        return true;
    }

    /// <summary>Takes what has come in and was not taken yet, and waits for nothing.</summary>
    public bool TryReadOn(out ReadResult input)
    {
        input = default;
        if (_reading is not ReadStage.Idle || !Input.TryRead(out input))
            return false;
        if (!input.Buffer.IsEmpty)
            return true;

        Input.AdvanceTo(input.Buffer.Start);
        return false;
    }

    /// <summary>
    /// Sends all that was written to <see cref="Output"/>. Until it says true nothing may be written.
    /// </summary>
    public bool TryFlush(Action callBack)
    {
        if (!_isFlushing)
        {
            if (Output.UnflushedBytes == 0)
                return true;

            _isFlushing = true;
            _flush = Start(static it => it.Output.FlushAsync()).GetAwaiter();
            _output.Await(_flush, callBack);
        }

        if (!_output.IsDone)
            return false;

        _isFlushing = false;
        Take(_flush);
        return true;
    }

    /// <summary>
    /// Throws away all that the client has sent so far. Before it is told to begin with TLS everything is in clear, and
    /// might be somebody else's: none of it may be taken for what comes under TLS (RFC 3207 §6, CVE-2011-0411).
    /// </summary>
    public void DiscardInput()
    {
        while (Input.TryRead(out var read) && !read.Buffer.IsEmpty)
            Input.AdvanceTo(read.Buffer.End);

        var (buffer, discarded) = (new byte[4 * 1024], 0);
        while (_stream is NetworkStream { DataAvailable: true } socket)
        {
            discarded += ReadNow(socket, buffer);
            if (discarded > MaxDiscardedOctets)
                throw new ConnectionLostException(new IOException("The client sent on in clear instead of TLS."));
        }
    }

    /// <summary>Waits for the client's handshake. Nothing may be pending in either direction.</summary>
    public void BeginTls(TlsIdentities identities, Action callBack)
    {
        CompletePipes();
        _handshake = new Handshake(_stream, identities);
        _security = _handshake.Begin();
        _secured.Await(_security, callBack);
    }

    /// <summary>True once everything goes through TLS; until then there are no pipes.</summary>
    /// <exception cref="ConnectionLostException">The handshake failed.</exception>
    public bool TryFinishTls()
    {
        if (!_secured.IsDone)
            return false;

        Tls = Take(_security);
        Attach(_handshake!.Stream);
        // A session may last for hours, and what the handshake needed is not needed again.
        (_handshake, _security) = (null, default);
        return true;
    }

    /// <summary>
    /// Says under TLS that nothing more will come (RFC 8446 §6.1): without it a client must think that somebody cut the
    /// end off. One attempt, which nobody waits for.
    /// </summary>
    public void SayClosed()
    {
        if (_stream is not SslStream tls || _isFlushing)
            return;

        try
        {
            _ = tls.ShutdownAsync().ContinueWith(
                static it => it.Exception,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously | TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default);
        }
        catch (Exception exception) when (IsLoss(exception) || exception is InvalidOperationException)
        {
            // Who is gone needs no farewell.
        }
    }

    /// <summary>
    /// Closes the stream before the pipes, which ends what is pending. A pipe with an operation under way is not
    /// completed at all: its buffers would return to the pool while in use, and another client's octets would go out
    /// on this wire (dotnet/runtime#53794).
    /// </summary>
    public void Dispose()
    {
        _place?.Dispose();
        _stream.Dispose();
        if (_handshake is { } handshake)
        {
            handshake.DisposeAfterwards();
            return;
        }

        if (!_isFlushing && _reading is not ReadStage.AwaitingData)
            CompletePipes();
    }

    /// <summary>Takes octets that are there; it does not wait.</summary>
    private static int ReadNow(NetworkStream socket, byte[] buffer)
    {
        try
        {
            return socket.Read(buffer);
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            throw new ConnectionLostException(exception);
        }
    }

    private static IPEndPoint Plain(IPEndPoint endpoint) =>
        endpoint.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(endpoint.Address.MapToIPv4(), endpoint.Port) : endpoint;

    private static bool IsLoss(Exception exception) =>
        exception is IOException or SocketException or ObjectDisposedException or AuthenticationException;

    [MemberNotNull(nameof(_stream), nameof(Input), nameof(Output))]
    private void Attach(Stream stream)
    {
        _stream = stream;
        Input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: ReadBufferOctets, leaveOpen: true));
        Output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
    }

    private void CompletePipes()
    {
        Input.Complete();
        // Without an exception this would flush first, and block on a client that does not read.
        Output.Complete(new OperationCanceledException("The connection is closed."));
    }

    private static T Take<T>(ValueTaskAwaiter<T> awaiter)
    {
        try
        {
            return awaiter.GetResult();
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            throw new ConnectionLostException(exception);
        }
    }

    /// <summary>A stream may also fail before there is anything to wait for.</summary>
    private ValueTask<T> Start<T>(Func<Connection, ValueTask<T>> operation)
    {
        try
        {
            return operation(this);
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            throw new ConnectionLostException(exception);
        }
    }
}
