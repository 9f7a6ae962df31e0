using System.Security.Cryptography.X509Certificates;
using ActorMail.Storage.Certificates;
using MailKit;
using MailKit.Security;

namespace ActorMail.Server.Tests.EndToEnd;

/// <summary>A server with accounts and TLS, whose certificate its clients know.</summary>
/// <param name="users">Each gets an account.</param>
/// <param name="password">That of all.</param>
/// <param name="settings">Besides those that make it so.</param>
/// <param name="listeners">How many the settings open.</param>
public abstract class AccountFixture(string[] users, string password, string[] settings, int listeners) : IAsyncLifetime
{
    private readonly TestFolder _folder = TestFolder.Create();
    private TestServer? _server;
    private string _fingerprint = "";

    internal TestServer Server => _server!;

    public async Task InitializeAsync()
    {
        string[] accounts = ["accounts.mode=file", "domains=example.org", "auth.failure-delay=10ms"];
        string[] given = [.. accounts.Append($"data={_folder.Data}").SelectMany(
            setting => new[] { "--set", $"actormail.{setting}" })];
        foreach (var user in users)
        {
            var ended = await Executable.RunAsync(["user", "add", user, "--password-stdin", .. given], $"{password}\n");
            Assert.Equal((0, ""), (ended.Code, ended.Error));
        }

        _server = await TestServer.StartAsync(
            new TestServer.Request(_folder.Data, [.. accounts, .. settings]) { Listeners = listeners });
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(
            SelfSignedCertificate.FileIn(_folder.Data).CertificatePath);
        _fingerprint = certificate.Thumbprint;
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _folder.Dispose();
    }

    /// <param name="client">Not connected yet.</param>
    /// <param name="listener">That in clear; under TLS from the start it is the one with an s behind its name.</param>
    /// <param name="security">Which of the ways.</param>
    internal async Task<TClient> ConnectAsync<TClient>(
        TClient client, string listener, SecureSocketOptions security)
        where TClient : MailService
    {
        client.ServerCertificateValidationCallback = (_, certificate, _, _) =>
            certificate is X509Certificate2 found && found.Thumbprint == _fingerprint;
        var name = security == SecureSocketOptions.SslOnConnect ? $"{listener}s" : listener;
        var endpoint = Server.Listeners.First(one => one.Protocol == name).Endpoint;
        await client.ConnectAsync(endpoint.Address.ToString(), endpoint.Port, security);
        return client;
    }
}
