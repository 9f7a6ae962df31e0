using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;

namespace ActorMail.Server.Tests.EndToEnd;

/// <summary>
/// A running server: the executable as a child process on free ports of loopback. It is ended by its own handle, and
/// what it prints is kept.
/// </summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _isListening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<(string Protocol, IPEndPoint Endpoint)> _listeners = [];
    private readonly int _expected;

    private TestServer(string folder, ProcessStartInfo start, int listeners)
    {
        (DataFolder, _expected) = (folder, listeners);
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.Exited += (_, _) => _isListening.TrySetException(new InvalidOperationException("It ended at once."));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string DataFolder { get; }

    public int ProcessId => _process.Id;

    public IPEndPoint Smtp => Listeners.First(listener => listener.Protocol == "smtp").Endpoint;

    public IPEndPoint Pop3 => Listeners.First(listener => listener.Protocol == "pop3").Endpoint;

    /// <summary>Where it said that it listens.</summary>
    public ImmutableArray<(string Protocol, IPEndPoint Endpoint)> Listeners
    {
        get
        {
            lock (_output)
                return [.. _listeners];
        }
    }

    /// <summary>All that it printed until now.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public bool HasEnded => _process.HasExited;

    /// <summary>Starts a server, and returns when it listens.</summary>
    /// <param name="folder">Its data folder.</param>
    /// <param name="settings">Such as <c>smtp.idle-timeout=1s</c>.</param>
    public static Task<TestServer> StartAsync(string folder, params string[] settings) =>
        StartAsync(new Request(folder, settings));

    public static async Task<TestServer> StartAsync(Request request)
    {
        string[] settings =
        [
            $"data={request.Folder}", "smtp.listen=127.0.0.1:0", "pop3.listen=127.0.0.1:0",
            "hostname=mail.example.org", .. request.Settings,
        ];
        var arguments = settings.SelectMany(setting => new[] { "--set", $"actormail.{setting}" });
        var start = Executable.Describe(arguments, request.HasNoUmask);
        var server = new TestServer(request.Folder, start, request.Listeners);
        try
        {
            await server._isListening.Task.WaitAsync(Executable.Patience);
            return server;
        }
        catch (Exception failure)
        {
            await server.DisposeAsync();
            throw new InvalidOperationException($"The server did not start. It said:\n{server.Output}", failure);
        }
    }

    /// <summary>The file of a mailbox.</summary>
    public string MailFile(string name) => Path.Join(DataFolder, "mail", name);

    /// <summary>Asks the server to stop, as a service manager does.</summary>
    public void Terminate() => Assert.Equal(0, NativeKill(_process.Id, signal: 15));

    /// <summary>Ends the server as a power cut ends it for its clients: nothing is said, nothing tidied up.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Executable.Patience);
    }

    /// <summary>The exit code.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan? limit = null)
    {
        await _process.WaitForExitAsync().WaitAsync(limit ?? Executable.Patience);
        return _process.ExitCode;
    }

    /// <summary>Stops the server in good order.</summary>
    public async Task StopAsync()
    {
        if (OperatingSystem.IsWindows())
        {
            await KillAsync();
            return;
        }

        Terminate();
        var code = await WaitForExitAsync();
        Assert.True(code == 0, $"The server ended with {code}. It said:\n{Output}");
    }

    /// <summary>Octets of memory that the process holds.</summary>
    public long ReadWorkingSet()
    {
        _process.Refresh();
        return _process.WorkingSet64;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeKill(int process, int signal);

    private void Note(string? line)
    {
        if (line is null)
            return;

        lock (_output)
        {
            _output.Append(line).Append('\n');
            if (line.Split(' ') is ["smtp" or "submission" or "submissions" or "pop3" or "pop3s", var endpoint] words)
                _listeners.Add((words[0], IPEndPoint.Parse(endpoint)));
            if (_listeners.Count >= _expected)
                _isListening.TrySetResult();
        }
    }

    /// <summary>What kind of server is wanted.</summary>
    public sealed record Request(string Folder, params string[] Settings)
    {
        public bool HasNoUmask { get; init; }

        public int Listeners { get; init; } = 2;
    }
}
