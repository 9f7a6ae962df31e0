using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using ActorMail.Actors.Net;
using ActorMail.Tests;

namespace ActorMail.Actors.Tests.Net;

/// <summary>Over sockets of loopback, since what a client offers is looked at there.</summary>
public sealed class HandshakeTests
{
    private static readonly TlsCipherSuite[] AuthenticatedEncryption =
        [TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256];

    private static readonly TlsCipherSuite[] CipherBlockChaining =
        [TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384];

    [Fact]
    public async Task A_client_that_comes_again_is_not_shown_the_certificate_again()
    {
        var identity = TestIdentity.Certificate("again.example.org");
        var identities = TestIdentity.Of(new TlsIdentity(identity));

        var (first, firstOctets) = await Connect(identities, "again.example.org");
        var (second, secondOctets) = await Connect(identities, "again.example.org");

        Assert.Equal("TLSv1.3", first.Version);
        Assert.Equal("TLSv1.3", second.Version);
        Assert.True(secondOctets + identity.Certificate.RawDataMemory.Length <= firstOctets);
        Assert.True(second.EndPointBinding.Span.SequenceEqual(first.EndPointBinding.Span));
    }

    [Fact]
    [Requirement("T4")]
    public async Task A_client_that_knows_TLS_1_2_only_is_served_with_authenticated_encryption_or_not_at_all()
    {
        var (session, _) = await Connect(
            TestIdentity.Single, "old.example.org", SslProtocols.Tls12, AuthenticatedEncryption);

        Assert.Equal("TLSv1.2", session.Version);
        Assert.Equal(nameof(TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256), session.Cipher);
        var refusal = await Assert.ThrowsAsync<ConnectionLostException>(() => Connect(
            TestIdentity.Single, "old.example.org", SslProtocols.Tls12, CipherBlockChaining));
        Assert.StartsWith("the TLS handshake failed: ", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("inner exception", refusal.Message, StringComparison.Ordinal);
    }

    private static async Task<(TlsSession Session, long ReceivedOctets)> Connect(
        TlsIdentities identities,
        string name,
        SslProtocols protocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        TlsCipherSuite[]? suites = null)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(listener.LocalEndpoint);
        using var connection = Connection.Accept(await listener.AcceptSocketAsync());
        await using var counter = new CountingStream(socket);
        await using var client = new SslStream(counter);

        var shaking = client.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = name,
            EnabledSslProtocols = protocols,
            CipherSuitesPolicy = suites is null || OperatingSystem.IsWindows() ? null : new CipherSuitesPolicy(suites),
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
        });
        var secured = new TaskCompletionSource();
        connection.BeginTls(identities, secured.SetResult);
        if (!connection.TryFinishTls())
        {
            await secured.Task;
            Assert.True(connection.TryFinishTls());
        }

        await shaking;
        await connection.Output.WriteAsync("+OK\r\n"u8.ToArray());
        // Tickets come in front of what the server says first.
        await client.ReadExactlyAsync(new byte[5]);
        return (connection.Tls!, counter.ReceivedOctets);
    }

    private sealed class CountingStream(Socket socket) : NetworkStream(socket)
    {
        public long ReceivedOctets { get; private set; }

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await base.ReadAsync(buffer, cancellationToken);
            ReceivedOctets += count;
            return count;
        }
    }
}
