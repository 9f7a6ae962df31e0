using System.Collections.Immutable;
using ActorMail.Server.Configuration;
using ActorMail.Server.Logging;
using ActorMail.Storage.Certificates;

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

    /// <summary>What a client that connects for the first time may be compared with.</summary>
    public static IReadOnlyList<string> DescribeTls(TlsSettings tls, ImmutableArray<LoadedCertificate> certificates)
    {
        if (!tls.IsOn)
            return ["TLS is off: passwords and mail cross the network in clear"];

        return [.. tls.Files.Zip(certificates, Describe).Select(PrintableText.Escape)];

        string Describe(CertificateFile file, LoadedCertificate certificate)
        {
            var kind = certificate.IsSelfSigned ? "self-signed certificate" : "certificate";
            var names = string.Join(", ", certificate.Names);
            return $"TLS with the {kind} {file} for {names}, SHA-256 fingerprint {certificate.Fingerprint}";
        }
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
