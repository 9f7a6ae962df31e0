using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net.Security;
using System.Threading.Channels;

namespace ActorMail.Actors.Tests.Net;

/// <summary>A client's end of TLS over pipes. What is decrypted comes out of <see cref="Received"/>.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The session under test closes its end, and all is in memory.")]
internal sealed class SecureClient
{
    private readonly Pipe _received = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private readonly Channel<long> _waiting = Channel.CreateUnbounded<long>();
    private readonly CountingStream _stream;
    private readonly SslStream _tls;

    public SecureClient(PipeReader from, PipeWriter to)
    {
        _stream = new CountingStream(from, to, _waiting.Writer);
        _tls = new SslStream(_stream);
    }

    public PipeReader Received => _received.Reader;

    public string? ServerSubject => _tls.RemoteCertificate?.Subject;

    public bool WasAskedForCertificate { get; private set; }

    public async Task HandshakeAsync(string? serverName)
    {
        await _tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = serverName ?? "",
            LocalCertificateSelectionCallback = (_, _, _, remote, _) =>
            {
                // Called without the server's certificate first, to have one ready.
                WasAskedForCertificate |= remote is not null;
                return null!;
            },
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
        });
        _ = PumpAsync();
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> octets) => _tls.WriteAsync(octets);

    /// <summary>Completes when all of so many octets of the server were decrypted, or the server has closed.</summary>
    public async Task WhenDecrypted(long written)
    {
        while (_stream.WaitsAfter < written && await _waiting.Reader.WaitToReadAsync())
            _waiting.Reader.TryRead(out _);
    }

    private async Task PumpAsync()
    {
        try
        {
            var buffer = new byte[16 * 1024];
            while (await _tls.ReadAsync(buffer) is var count and > 0)
                await _received.Writer.WriteAsync(buffer.AsMemory(0, count));
        }
        catch (IOException)
        {
            // The server has closed without a word.
        }

        // Who waits for all to be decrypted finds the end as well.
        await _received.Writer.CompleteAsync();
        _waiting.Writer.Complete();
    }

    /// <summary>Says, when more is waited for, behind how many octets that is.</summary>
    private sealed class CountingStream(PipeReader from, PipeWriter to, ChannelWriter<long> waiting) : PipeStream
    {
        private long _waitsAfter;
        private long _read;

        public long WaitsAfter => Interlocked.Read(ref _waitsAfter);

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Interlocked.Exchange(ref _waitsAfter, _read);
            waiting.TryWrite(_read);
            var read = await from.ReadAsync(cancellationToken);
            var count = Take(from, read, buffer.Span);
            _read += count;
            return count;
        }

        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            await to.WriteAsync(buffer, cancellationToken);
    }
}
