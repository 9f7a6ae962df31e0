using ActorMail.Server.Configuration;
using ActorMail.Server.Hosting;
using ActorMail.Server.Logging;
using ActorMail.Storage.Accounts;
using ActorMail.Storage.Certificates;
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
        catch (CertificateException fault)
        {
            foreach (var line in fault.Message.Split('\n'))
                terminal.Fail(ExitCode.Configuration, line);
            return ExitCode.Configuration;
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
        return ended == server.Terminated
            ? terminal.Fail(ExitCode.Software, "the server ended by itself; the log says why")
            : ExitCode.Ok;
    }

    private static void Announce(ServerSettings settings, MailServer server, Terminal terminal)
    {
        foreach (var line in StartupNotes.Describe(settings))
            terminal.Out.WriteLine(line);
        foreach (var line in StartupNotes.DescribeTls(settings.Tls, server.Certificates))
            terminal.Out.WriteLine(line);
        terminal.Out.WriteLine(server.DurabilityNote);
        foreach (var listener in server.Listeners)
            terminal.Out.WriteLine(listener);
        terminal.Out.Flush();
    }
}
