using ActorMail.Server.Configuration;
using ActorMail.Server.Logging;

namespace ActorMail.Server.Cli;

/// <summary>What a server says of itself before it listens, a line each, in the order that a reader asks.</summary>
public static class StartupNotes
{
    public static IReadOnlyList<string> Describe(ServerSettings settings)
    {
        string[] lines =
        [
            $"ActorMail {CommandLine.Version}, profile {(settings.IsBasic ? "basic" : "default")}",
            $"mail is kept in {Path.Join(settings.DataFolder, "mail")}, one mbox file for each address",
            Domains(settings),
            settings.Auth.IsOpen
                ? "accounts are open: every address has a mailbox, and any password opens it (for development)"
                : $"accounts are those of {settings.AccountsFile} (actormail user add ADDRESS)",
        ];
        return [.. lines.Select(PrintableText.Escape)];
    }

    private static string Domains(ServerSettings settings)
    {
        var domains = settings.Recipients.Domains;
        var known = "mail is taken for " + (domains is ["*"] ? "every domain" : string.Join(", ", domains));
        return settings.IsBasic
            ? $"{known}; a name without a domain is its own mailbox"
            : $"{known}; a user without a domain is one of {settings.Recipients.DefaultDomain}";
    }
}
