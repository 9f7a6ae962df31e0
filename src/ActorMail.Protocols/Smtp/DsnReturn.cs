namespace ActorMail.Protocols.Smtp;

/// <summary>How much of a message a report of its failure gives back: RET of MAIL (RFC 3461 §4.3).</summary>
public enum DsnReturn
{
    Full,
    Header,
}
