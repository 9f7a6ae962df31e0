namespace ActorMail.Storage.Mailboxes.Transfer;

/// <summary>
/// How an mbox file tells a line of a message that begins with <c>From </c> from the beginning of one.
/// </summary>
public enum MboxDialect
{
    /// <summary>Every line <c>&gt;*From </c> has one <c>&gt;</c> more: the only one that can be undone.</summary>
    Mboxrd,

    /// <summary>A line <c>From </c> has one <c>&gt;</c> more; whether it had one before, nobody knows.</summary>
    Mboxo,

    /// <summary>As mboxo, and a Content-Length field says where the message ends.</summary>
    Mboxcl,

    /// <summary>A Content-Length field says where the message ends, and nothing is quoted.</summary>
    Mboxcl2,
}
