using ActorMail.Server.Configuration;
using ActorMail.Server.Hosting;
using ActorMail.Server.Logging;

namespace ActorMail.Server.Cli;

/// <summary><c>actormail check-config</c>: says whether the server would start with these settings.</summary>
internal static class CheckConfigCommand
{
    public static int Execute(ServerSettings settings, Terminal terminal)
    {
        var faults = ServerCertificates.FindFaults(settings, TimeProvider.System.GetUtcNow());
        foreach (var fault in faults)
            terminal.Fail(ExitCode.Configuration, fault);
        var aliases = new AddressCommand(settings, terminal).FindFaults();
        foreach (var fault in aliases)
            terminal.Fail(ExitCode.Configuration, fault);
        if (faults.Length > 0 || aliases.Count > 0)
            return ExitCode.Configuration;

        terminal.Out.WriteLine("configuration ok");
        foreach (var (key, value) in settings.Changes)
            terminal.Out.WriteLine(PrintableText.Escape($"{key} = {value.Text}  ({value.Where})"));
        return ExitCode.Ok;
    }
}
