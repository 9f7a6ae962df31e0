using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using ActorMail.Tests;

namespace ActorMail.Server.Tests.EndToEnd;

/// <summary>A server behind a front end on this machine, which says by PROXY headers who its clients are.</summary>
public sealed class FrontEndTests(FrontEndTests.TrustingServer trusting) : IClassFixture<FrontEndTests.TrustingServer>
{
    private TestServer Server => trusting.Server;

    [Fact]
    public async Task Mail_is_from_the_client_and_not_from_the_front_end()
    {
        using var client = await ConnectAsync("192.0.2.1");
        await client.AskAsync("EHLO client.example.com", "250 ");
        await client.AskAsync("MAIL FROM:<ann@example.com>", "250 ");
        await client.AskAsync("RCPT TO:<front@example.org>", "250 ");
        await client.AskAsync("DATA", "354 ");
        await client.AskAsync("Subject: x\r\n\r\nx\r\n.", "250 ");

        Assert.Contains(
            "from client.example.com ([192.0.2.1])", await File.ReadAllTextAsync(Server.MailFile("front@example.org")));
    }

    [Fact]
    [Requirement("A8")]
    public async Task A_client_of_a_front_end_on_this_machine_is_not_this_machine()
    {
        using var client = await ConnectAsync("192.0.2.2", "pop3");
        await client.AskAsync("USER bob@example.org", "-ERR No login without TLS");
    }

    [Fact]
    public async Task Tls_begins_behind_the_header()
    {
        using var client = await RawClient.ConnectAsync(EndpointOf("submissions"));
        await client.SendAsync(HeaderOf("192.0.2.3"));
        await using var tls = new SslStream(new NetworkStream(client.Socket));
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "mail.example.org",
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
        }).WaitAsync(Executable.Patience);

        var greeting = new byte[4];
        await tls.ReadExactlyAsync(greeting).AsTask().WaitAsync(Executable.Patience);
        Assert.Equal("220 "u8.ToArray(), greeting);
    }

    [Fact]
    [Requirement("F4")]
    public async Task The_client_has_its_share_and_the_front_end_has_room_for_others()
    {
        using var first = await ConnectAsync("192.0.2.4");
        using var second = await ConnectAsync("192.0.2.4");
        using var third = await OpenAsync("192.0.2.4");
        using var other = await ConnectAsync("192.0.2.5");

        Assert.Matches(@"\A421 4\.7\.0 mail\.example\.org Too many connections from your address[^\r\n]*\r\n\z",
            await third.ReadToEndAsync());
    }

    [Fact]
    public async Task Who_comes_too_often_is_told_which_limit_that_is()
    {
        for (var i = 0; i < 4; i++)
        {
            using var client = await ConnectAsync("192.0.2.6");
            await client.AskAsync("QUIT", "221 ");
            await client.ReadToEndAsync();
        }

        using var last = await OpenAsync("192.0.2.6");
        Assert.Matches(@"\A421 4\.7\.0 [^\r\n]*\(policy\.max-connections-per-minute\)[^\r\n]*\r\n\z",
            await last.ReadToEndAsync());
    }

    [Fact]
    public async Task A_connection_without_a_header_is_closed_without_a_word()
    {
        using var client = await RawClient.ConnectAsync(Server.Smtp);
        await client.SendAsync("EHLO client.example.com\r\n");

        Assert.Matches(@"\A(\[reset\])?\z", await client.ReadToEndAsync());
        await Poll.UntilAsync(
            () => Server.Output.Contains("does not begin with a PROXY header", StringComparison.Ordinal));
    }

    [Fact]
    public async Task From_elsewhere_the_header_is_a_bad_command()
    {
        using var folder = TestFolder.Create();
        await using var server = await TestServer.StartAsync(folder.Data);
        using var client = await RawClient.GreetAsync(server.Smtp);
        await client.AskAsync(HeaderOf("192.0.2.7").TrimEnd(), "500 ");
    }

    private static string HeaderOf(string address) => $"PROXY TCP4 {address} 198.51.100.1 40000 25\r\n";

    private IPEndPoint EndpointOf(string protocol) =>
        Server.Listeners.First(listener => listener.Protocol == protocol).Endpoint;

    private async Task<RawClient> OpenAsync(string address, string protocol = "smtp")
    {
        var client = await RawClient.ConnectAsync(EndpointOf(protocol));
        await client.SendAsync(HeaderOf(address));
        return client;
    }

    private async Task<RawClient> ConnectAsync(string address, string protocol = "smtp")
    {
        var client = await OpenAsync(address, protocol);
        var greeting = await client.ReadLineAsync();
        Assert.True(greeting is ['2', '2', '0', ' ', ..] or ['+', 'O', 'K', ..], greeting);
        return client;
    }

    public sealed class TrustingServer : IAsyncLifetime
    {
        private readonly TestFolder _folder = TestFolder.Create();
        private TestServer? _server;

        internal TestServer Server => _server!;

        public async Task InitializeAsync() => _server = await TestServer.StartAsync(new TestServer.Request(
            _folder.Data,
            "connections.proxy-protocol-from=127.0.0.1",
            "connections.max-per-address=2",
            "policy.max-connections-per-minute=4",
            "submissions.listen=127.0.0.1:0")
        {
            Listeners = 3,
        });

        public async Task DisposeAsync()
        {
            if (_server is not null)
                await _server.DisposeAsync();
            _folder.Dispose();
        }
    }
}
