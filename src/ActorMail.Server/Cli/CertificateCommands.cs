using System.CommandLine;

namespace ActorMail.Server.Cli;

/// <summary>The words of <c>actormail cert</c>.</summary>
internal static class CertificateCommands
{
    public static Command Create(ConfiguredCommands commands)
    {
        var show = commands.Create("show", "Show the certificates, their fingerprints and their ends", (settings, _) =>
            new CertificateCommand(settings, commands.Terminal, TimeProvider.System).Show());
        const string Purpose = "Make a new self-signed certificate; a running server takes it";
        var make = commands.Create("new", Purpose, (settings, _) =>
            new CertificateCommand(settings, commands.Terminal, TimeProvider.System).Make());
        return new Command("cert", "Look after the certificates of TLS") { show, make };
    }
}
