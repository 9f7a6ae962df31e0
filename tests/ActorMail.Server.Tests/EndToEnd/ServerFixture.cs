namespace ActorMail.Server.Tests.EndToEnd;

/// <summary>One server for all tests of a class; each test has mailboxes of its own.</summary>
public abstract class ServerFixture(params string[] settings) : IAsyncLifetime
{
    private TestFolder? _folder;
    private TestServer? _server;

    internal TestServer Server => _server!;

    public async Task InitializeAsync()
    {
        _folder = TestFolder.Create();
        _server = await TestServer.StartAsync(_folder.Data, settings);
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _folder?.Dispose();
    }
}
