using ActorMail.Protocols.Smtp;

namespace ActorMail.Fuzz.Targets;

/// <summary>Settings of a server and of a connection, each kind chosen by an octet of the input.</summary>
internal static class Profiles
{
    private static readonly SmtpSettings Default = new() { Hostname = "mail.example.org" };

    private static readonly SmtpSettings[] Settings =
    [
        Default,
        Default with { IsStrict = true },
        Default with { IsBasic = true },
        Default with { IsLmtp = true },
        Default with { IsSubmission = true, MaySend = (login, sender) => login.Address == sender },
        Default with { RequireTls = true, IsStrict = true },
        Default with { Service = SmtpService.Closed },
        Default with { Service = SmtpService.Never },
    ];

    /// <summary>Three bits choose a profile; others whether its limits are low, and users get answers.</summary>
    public static SmtpSettings SettingsOf(byte choice)
    {
        var settings = Settings[choice % Settings.Length] with { VerifiesForUsers = (choice & 16) != 0 };
        return (choice & 8) == 0 ? settings : settings with
        {
            MaxRecipients = 2,
            MaxMessages = 3,
            MaxMessageSize = 100,
            MaxLoginFailures = 1,
            Hostname = "[192.0.2.1]",
        };
    }

    public static SmtpAccess AccessOf(byte choice) => new()
    {
        IsSecure = (choice & 1) != 0,
        CanStartTls = (choice & 1) == 0 && (choice & 2) != 0,
        CanLogIn = (choice & 4) != 0,
        MaySpeakForOthers = (choice & 8) != 0,
        Mechanisms = (choice & 4) != 0 ? ["SCRAM-SHA-256", "PLAIN"] : [],
    };
}
