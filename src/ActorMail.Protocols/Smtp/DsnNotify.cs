namespace ActorMail.Protocols.Smtp;

/// <summary>When a sender wants to be told of a recipient: NOTIFY of RCPT (RFC 3461 §4.1).</summary>
[Flags]
public enum DsnNotify
{
    Never = 0,
    Success = 1,
    Failure = 2,
    Delay = 4,
}
