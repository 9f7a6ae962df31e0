using ActorMail.Server.Configuration;
using ActorMail.Server.Hosting;
using ActorMail.Server.Logging;
using ActorMail.Storage.Accounts;
using ActorMail.Storage.Mailboxes;
using Akka.Configuration;

namespace ActorMail.Server.Cli;

/// <summary><c>actormail [run]</c>: serves until Ctrl-C or SIGTERM.</summary>
internal static class RunCommand
{
    public static async Task<int> Execute(ServerSettings settings, Terminal terminal, CancellationToken cancellation)
    {
        using var signals = new StopSignals();
        await using var logger = LogSetup.Create(settings.Log);
        MailServer server;
        try
        {
            if (settings.PortsFile is not null)
                RemovePorts(settings.PortsFile);
            server = await MailServer.StartAsync(settings, logger);
        }
        catch (EndpointException fault)
        {
            return terminal.Fail(ExitCode.Unavailable, fault.Message);
        }
        catch (StoreInUseException fault)
        {
            return terminal.Fail(ExitCode.TemporaryFailure, fault.Message);
        }
        catch (AccountException fault)
        {
            return terminal.Fail(ExitCode.Configuration, fault.Message);
        }
        catch (ConfigurationException fault)
        {
            return terminal.Fail(ExitCode.Configuration, $"akka: {fault.Message}");
        }

        Announce(settings, server, terminal);
        var stop = Task.Delay(Timeout.Infinite, cancellation);
        var ended = await Task.WhenAny(signals.Asked, server.Terminated, stop);
        if (ended != server.Terminated)
            terminal.Out.WriteLine("stopping: sessions finish what they do (once more to stop at once)");
        await server.DisposeAsync();
        if (settings.PortsFile is not null)
            File.Delete(settings.PortsFile);
        return ended == server.Terminated
            ? terminal.Fail(ExitCode.Software, "the server ended by itself; the log says why")
            : ExitCode.Ok;
    }

    private static void Announce(ServerSettings settings, MailServer server, Terminal terminal)
    {
        foreach (var line in StartupNotes.Describe(settings))
            terminal.Out.WriteLine(line);
        terminal.Out.WriteLine(server.DurabilityNote);
        foreach (var listener in server.Listeners)
            terminal.Out.WriteLine(listener);
        terminal.Out.Flush();
        if (settings.PortsFile is { } path)
            WritePorts(path, server);
    }

    /// <summary>Whoever waits for it must not find the ports of the server before this one.</summary>
    private static void RemovePorts(string path)
    {
        try
        {
            File.Delete(path);
            File.WriteAllText(path + ".new", "");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"actormail.ports-file: {path} cannot be written: {fault.Message}", fault);
        }
    }

    /// <summary>Complete or not there: who waits for this file never reads half of it.</summary>
    private static void WritePorts(string path, MailServer server)
    {
        var unfinished = path + ".new";
        File.WriteAllLines(unfinished, server.Listeners.Select(listener => listener.ToString()));
        File.Move(unfinished, path, overwrite: true);
    }
}
