namespace ActorMail.Protocols.Pop3;

/// <summary>What a client may hear that is no answer to what it wrote, but to how things stand.</summary>
public enum Pop3Refusal
{
    WrongLogin,
    LoginNotChecked,
    LoginCancelled,
    InUse,
    MailboxUnavailable,
    MessageUnavailable,
    NotDeleted,
    TimedOut,
    BareLineFeed,
    SessionTooLong,
    TooManyCommands,
    TooManyErrors,
    TlsOnPlainPort,
    SpokeEarly,
    ShuttingDown,
    Failed,
}
