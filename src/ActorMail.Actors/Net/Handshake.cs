using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;

namespace ActorMail.Actors.Net;

/// <summary>A TLS handshake under way (RFC 8446 §2).</summary>
/// <param name="below">What carries it.</param>
internal sealed class Handshake(Stream below, TlsIdentities identities)
{
    /// <summary>A client with keys for after quantum computers sends some 2,000.</summary>
    private const int MaxHelloOctets = 4 * 1024;

    private readonly SslStream _stream = new(below, leaveInnerStreamOpen: false);
    private Task<TlsSession>? _task;

    public SslStream Stream => _stream;

    /// <summary>Begins it; the certificate is chosen when the client has said which name it wants.</summary>
    public ValueTaskAwaiter<TlsSession> Begin()
    {
        _task = SecureAsync();
        return new ValueTask<TlsSession>(_task).GetAwaiter();
    }

    /// <summary>The stream below is closed already, which ends it; what it works on must outlive it.</summary>
    public void DisposeAfterwards() => _task?.ContinueWith(
        it =>
        {
            // Looked at, so that nobody else reports it.
            _ = it.Exception;
            _stream.Dispose();
        },
        CancellationToken.None,
        TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);

    /// <summary>
    /// Of what goes wrong only the innermost exception says something; the log shows no other.
    /// </summary>
    private async Task<TlsSession> SecureAsync()
    {
        try
        {
            return await AuthenticateAsync().ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is AuthenticationException or IOException)
        {
            throw new AuthenticationException($"the TLS handshake failed: {fault.GetBaseException().Message}", fault);
        }
    }

    private async Task<TlsSession> AuthenticateAsync()
    {
        var offersTls13 = below is NetworkStream network && await OffersTls13Async(network).ConfigureAwait(false);
        TlsIdentity? identity = null;
        await _stream.AuthenticateAsServerAsync(
            (_, hello, _, _) =>
            {
                identity = identities.Select(hello.ServerName)
                    ?? throw new AuthenticationException("There is no certificate.");
                return ValueTask.FromResult(identity.OptionsFor(offersTls13));
            },
            state: null,
            CancellationToken.None).ConfigureAwait(false);
        return new TlsSession(
            VersionOf(_stream.SslProtocol), _stream.NegotiatedCipherSuite.ToString(), identity!.EndPointBinding);
    }

    /// <summary>Looks without taking: of what the client offers, .NET tells the name only.</summary>
    private static async ValueTask<bool> OffersTls13Async(NetworkStream network)
    {
        await network.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
        return network.DataAvailable && OffersTls13(network.Socket);
    }

    private static bool OffersTls13(Socket socket)
    {
        Span<byte> hello = stackalloc byte[MaxHelloOctets];
        return ClientHello.OffersTls13(hello[..socket.Receive(hello, SocketFlags.Peek)]);
    }

    private static string VersionOf(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls12 => "TLSv1.2",
        SslProtocols.Tls13 => "TLSv1.3",
        _ => protocol.ToString(),
    };
}
