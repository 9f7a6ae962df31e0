using System.Collections.Immutable;

namespace ActorMail.Protocols.Pop3;

/// <summary>What CAPA tells (RFC 2449 §5, §6): only what works on this connection.</summary>
internal static class Pop3Capabilities
{
    public static IEnumerable<string> Of(Pop3Settings settings, Pop3Access access, bool isLoggedIn)
    {
        var isNamed = settings.Implementation is ImplementationNotice.Always
            || (settings.Implementation is ImplementationNotice.AfterLogin && isLoggedIn);
        return
        [
            "TOP",
            .. If(access.TakesPasswords, "USER"),
            // The mechanisms stay after the login (RFC 5034 §3), STLS does not (RFC 2595 §4).
            .. If(!access.Mechanisms.IsEmpty, $"SASL {string.Join(' ', access.Mechanisms)}"),
            .. If(access.CanStartTls && !isLoggedIn, "STLS"),
            "UIDL",
            "RESP-CODES",
            // RFC 3206 §6: a wrong password, and nothing else, is answered with [AUTH].
            "AUTH-RESP-CODE",
            "PIPELINING",
            "EXPIRE NEVER",
            $"LOGIN-DELAY {(long)settings.LoginDelay.TotalSeconds}",
            // RFC 6856 §2.2: names and passwords may be UTF-8, too.
            "UTF8 USER",
            "LANG",
            .. If(isNamed, "IMPLEMENTATION ActorMail"),
        ];
    }

    private static ImmutableArray<string> If(bool condition, string capability) => condition ? [capability] : [];
}
