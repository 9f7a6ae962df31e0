namespace ActorMail.Protocols.Pop3;

/// <summary>What can be wrong with a line that a client sent.</summary>
public enum Pop3Fault
{
    /// <summary>It has control characters, or is no UTF-8.</summary>
    NotText,

    /// <summary>It has an LF without CR, which ends no line (RFC 1939 §3).</summary>
    BareLineFeed,

    /// <summary>It is longer than the settings allow.</summary>
    TooLong,

    Empty,

    /// <summary>The command is written in another way.</summary>
    Syntax,

    /// <summary>No number of a message stands where one must.</summary>
    NoNumber,

    /// <summary>Something stands behind the command, and nothing may.</summary>
    NoArgument,

    /// <summary>A command of RFC 1939 that is not offered.</summary>
    Apop,

    /// <summary>A command of SMTP.</summary>
    OtherProtocol,

    /// <summary>No command, but nearly one.</summary>
    Misspelt,

    Unknown,
}
