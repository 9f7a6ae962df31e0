using System.Collections.Immutable;

namespace ActorMail.Protocols.Pop3;

/// <summary>
/// What CAPA tells, before and after the login alike (RFC 2449 §5, §6). No IMPLEMENTATION: a stranger need not know.
/// </summary>
public static class Pop3Capabilities
{
    public static ImmutableArray<string> All { get; } =
    [
        "TOP",
        "USER",
        "UIDL",
        "RESP-CODES",
        // RFC 3206 §6: a wrong password, and nothing else, is answered with [AUTH].
        "AUTH-RESP-CODE",
        "PIPELINING",
        "EXPIRE NEVER",
    ];

    public static Pop3Reply Reply { get; } = Pop3Reply.Listing("Capabilities follow", All);
}
