using ActorMail.Server.Configuration;

namespace ActorMail.Server.Cli;

/// <summary><c>actormail demo</c>: the whole story of a mail, on free ports and in a folder of its own.</summary>
internal static class DemoCommand
{
    /// <summary>The user's settings, but for what would touch his mail or meet his server.</summary>
    public static SettingsSources Isolate(SettingsSources sources, string folder) => sources with
    {
        Assignments =
        [
            .. sources.Assignments,
            $"actormail.data={folder}",
            "actormail.smtp.listen=127.0.0.1:0",
            "actormail.pop3.listen=127.0.0.1:0",
            "actormail.accounts.mode=open",
            "actormail.accounts.file=auto",
            "actormail.domains=*",
            "actormail.default-domain=auto",
            "actormail.ports-file=",
            "actormail.log.file=",
        ],
    };

    public static Task<int> Execute(ServerSettings settings, Terminal terminal, CancellationToken cancellation)
    {
        terminal.Out.WriteLine($"demo: mail is kept in {settings.DataFolder} until the end");
        return Task.FromResult(terminal.Fail(ExitCode.Unavailable, "this build has no listeners"));
    }
}
