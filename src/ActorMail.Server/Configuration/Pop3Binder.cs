using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Net;
using ActorMail.Actors.Pop3;
using ActorMail.Protocols.Pop3;

namespace ActorMail.Server.Configuration;

/// <summary>Reads <c>actormail.pop3</c>, apart from where to listen.</summary>
internal static class Pop3Binder
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static Pop3Options Bind(SettingValues values, SessionOptions session)
    {
        // CAPA says it in whole seconds.
        var loginDelay = TimeSpan.FromSeconds(
            Math.Ceiling(values.Duration("actormail.pop3.login-delay", TimeSpan.Zero, Day).TotalSeconds));
        return new Pop3Options
        {
            Dialog = new Pop3Settings
            {
                MaxLineLength = values.Number("actormail.pop3.max-line-length", 255, 65_536),
                LoginDelay = loginDelay,
                Language = values.Choice(
                    "actormail.pop3.language", [.. Pop3Phrases.All.Select(phrases => (phrases.Tag, phrases.Tag))]),
                Implementation = values.Choice(
                    "actormail.pop3.implementation",
                    ("always", ImplementationNotice.Always),
                    ("after-login", ImplementationNotice.AfterLogin),
                    ("never", ImplementationNotice.Never)),
            },
            Lock = new LockTerms
            {
                Wait = values.Duration(SettingsRules.LockWaitKey, TimeSpan.Zero, Day),
                MaxWaiting = values.Number("actormail.pop3.max-lock-waiting", 1, 10_000),
                Interval = loginDelay,
            },
            MaxLoginFailures = values.Number("actormail.pop3.max-login-failures", 1, 1_000),
            Session = session,
        };
    }
}
