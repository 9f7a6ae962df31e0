using System.Collections.Immutable;

namespace ActorMail.Protocols.Pop3;

/// <summary>
/// What CAPA tells (RFC 2449 §5, §6). No IMPLEMENTATION: a stranger need not know.
/// </summary>
public static class Pop3Capabilities
{
    /// <param name="canStartTls">STLS works now (RFC 2595 §4).</param>
    /// <param name="canLogIn">Passwords are taken on this connection.</param>
    /// <param name="mechanisms">Of SASL, the strongest first; they stay after the login (RFC 5034 §3).</param>
    public static Pop3Reply Reply(bool canStartTls, bool canLogIn, ImmutableArray<string> mechanisms)
    {
        IEnumerable<string> user = canLogIn ? ["USER"] : [];
        IEnumerable<string> tls = canStartTls ? ["STLS"] : [];
        IEnumerable<string> sasl = mechanisms.IsEmpty ? [] : [$"SASL {string.Join(' ', mechanisms)}"];
        return Pop3Reply.Listing(
            "Capabilities follow",
            [
                "TOP", .. user, .. sasl, .. tls, "UIDL", "RESP-CODES",
                // RFC 3206 §6: a wrong password, and nothing else, is answered with [AUTH].
                "AUTH-RESP-CODE", "PIPELINING", "EXPIRE NEVER",
            ]);
    }
}
