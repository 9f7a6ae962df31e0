using ActorMail.Server.Configuration;

namespace ActorMail.Server.Cli;

/// <summary><c>actormail [run]</c>: serves until Ctrl-C or SIGTERM.</summary>
internal static class RunCommand
{
    public static Task<int> Execute(ServerSettings settings, Terminal terminal, CancellationToken cancellation)
    {
        foreach (var line in StartupNotes.Describe(settings))
            terminal.Out.WriteLine(line);
        return Task.FromResult(terminal.Fail(ExitCode.Unavailable, "this build has no listeners"));
    }
}
