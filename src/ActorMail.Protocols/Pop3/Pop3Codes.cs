namespace ActorMail.Protocols.Pop3;

/// <summary>Response codes, which tell a program what a sentence tells people (RFC 2449 §8).</summary>
public static class Pop3Codes
{
    /// <summary>User or password is wrong (RFC 3206 §6), and nothing else.</summary>
    public const string Auth = "AUTH";

    /// <summary>Another session has the mailbox (RFC 2449 §8.1.2).</summary>
    public const string InUse = "IN-USE";

    /// <summary>The last login was too short a time ago (RFC 2449 §8.1.1).</summary>
    public const string LoginDelay = "LOGIN-DELAY";

    /// <summary>A fault of ours that goes away by itself (RFC 3206 §4).</summary>
    public const string SysTemp = "SYS/TEMP";
}
