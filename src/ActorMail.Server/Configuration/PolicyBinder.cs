using ActorMail.Actors.Net;

namespace ActorMail.Server.Configuration;

/// <summary>Reads <c>actormail.policy</c>.</summary>
internal static class PolicyBinder
{
    private const string ExemptKey = "actormail.policy.exempt";

    /// <summary>Adds what the sessions of other servers' clients are asked before they are greeted.</summary>
    public static SessionOptions Session(SettingValues values, SessionOptions session) => session with
    {
        // RFC 5321 §4.5.3.2.1: clients wait 5 minutes, and some less.
        GreetingDelay = values.Duration("actormail.policy.greeting-delay", TimeSpan.Zero, TimeSpan.FromMinutes(2)),
        RefusesEarlyTalkers = values.Flag("actormail.policy.refuse-early-talkers"),
        Exempt = values.Networks(ExemptKey),
    };
}
