namespace ActorMail.Protocols.Pop3;

/// <summary>What can be wrong with a line that a client sent.</summary>
public enum Pop3Fault
{
    /// <summary>It has control characters, or is no UTF-8.</summary>
    NotText,

    /// <summary>It is longer than the settings allow.</summary>
    TooLong,

    Empty,

    /// <summary>The detail says how the command is written.</summary>
    Syntax,

    /// <summary>No number of a message stands where the detail says that one must.</summary>
    NoNumber,

    /// <summary>Something stands behind the command of the detail, and nothing may.</summary>
    NoArgument,

    /// <summary>A command of RFC 1939 that is not offered.</summary>
    Apop,

    /// <summary>A command of SMTP.</summary>
    OtherProtocol,

    /// <summary>No command; the detail is the one that seems to be meant.</summary>
    Misspelt,

    Unknown,
}
