using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Authentication;

namespace ActorMail.Actors.Net;

/// <summary>A TLS handshake under way (RFC 8446 §2).</summary>
internal sealed class Handshake(SslStream stream, TlsIdentities identities)
{
    private Task<TlsSession>? _task;

    public SslStream Stream => stream;

    /// <summary>Begins it; the certificate is chosen when the client has said which name it wants.</summary>
    public ValueTaskAwaiter<TlsSession> Begin()
    {
        _task = SecureAsync();
        return new ValueTask<TlsSession>(_task).GetAwaiter();
    }

    /// <summary>
    /// The stream below is closed already, which ends the handshake; what it works on must outlive it.
    /// </summary>
    public void DisposeAfterwards() => _task?.ContinueWith(
        it =>
        {
            // Looked at, so that nobody else reports it.
            _ = it.Exception;
            stream.Dispose();
        },
        CancellationToken.None,
        TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);

    private async Task<TlsSession> SecureAsync()
    {
        TlsIdentity? identity = null;
        await stream.AuthenticateAsServerAsync(
            (_, hello, _, _) =>
            {
                identity = identities.Select(hello.ServerName)
                    ?? throw new AuthenticationException("There is no certificate.");
                return ValueTask.FromResult(identity.Options);
            },
            state: null,
            CancellationToken.None).ConfigureAwait(false);
        return new TlsSession(
            VersionOf(stream.SslProtocol), stream.NegotiatedCipherSuite.ToString(), identity!.EndPointBinding);
    }

    private static string VersionOf(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls12 => "TLSv1.2",
        SslProtocols.Tls13 => "TLSv1.3",
        _ => protocol.ToString(),
    };
}
